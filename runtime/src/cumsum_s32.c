/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums so far along an axis, int32, see cumsum.h. Twin of Cumsum.reference.
 */
#include "weft/cumsum.h"

/* Along the axis from element `at` on; gives the sum of all. */
static uint32_t run(const weft_cumsum_params *p, const weft_step *s, uint32_t at, uint32_t sum)
{
    const uint32_t *in = (const uint32_t *)(const void *)s->in[0];
    uint32_t *out = (uint32_t *)(void *)s->out[0];
    at += p->reverse ? (p->length - 1) * p->inner : 0;
    for (uint32_t k = 0; k < p->length; k++) {
        uint32_t next = sum + in[at];
        out[at] = p->exclusive ? sum : next;
        sum = next;
        at = p->reverse ? at - p->inner : at + p->inner;
    }
    return sum;
}

void weft_cumsum_s32(const weft_cumsum_params *p, const weft_step *s)
{
    uint32_t *sums = (uint32_t *)(void *)s->state;
    for (uint32_t i = 0; i < p->outer; i++) {
        for (uint32_t j = 0; j < p->inner; j++) {
            uint32_t start = p->across && s->index ? sums[i * p->inner + j] : 0;
            uint32_t sum = run(p, s, i * p->length * p->inner + j, start);
            if (p->across) {
                sums[i * p->inner + j] = sum;
            }
        }
    }
}
