/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums so far along an axis, int8, see cumsum.h. Twin of Cumsum.reference.
 */
#include "weft/cumsum.h"

#include "weft/headroom.h"

/* Along the axis from element `at` on; gives the sum of all. */
static int32_t run(const weft_cumsum_s8_params *p, const weft_step *s, uint32_t at, int32_t sum)
{
    at += p->reverse ? (p->length - 1) * p->inner : 0;
    for (uint32_t k = 0; k < p->length; k++) {
        int32_t next = sum + s->in[0][at] - p->zero_point;
        int32_t shown = p->exclusive ? sum : next;
        s->out[0][at] = weft_sum_s8(shown, p->multiplier, p->shift, p->output_zero_point);
        sum = next;
        at = p->reverse ? at - p->inner : at + p->inner;
    }
    return sum;
}

void weft_cumsum_s8(const weft_cumsum_s8_params *p, const weft_step *s)
{
    int32_t *sums = (int32_t *)(void *)s->state;
    for (uint32_t i = 0; i < p->outer; i++) {
        for (uint32_t j = 0; j < p->inner; j++) {
            int32_t start = p->across && s->index ? sums[i * p->inner + j] : -p->zero_point;
            int32_t sum = run(p, s, i * p->length * p->inner + j, start);
            if (p->across) {
                sums[i * p->inner + j] = sum;
            }
        }
    }
}
