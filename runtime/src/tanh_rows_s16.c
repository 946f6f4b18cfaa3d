/* SPDX-License-Identifier: Apache-2.0
 *
 * Hyperbolic tangent of int16 rows, see sigmoid_s16.h.
 */
#include "weft/sigmoid_s16.h"

#include "weft/sigmoid_table.h"

void weft_tanh_rows_s16(const weft_sigmoid_s16_params *p, const weft_step *s)
{
    const int16_t *in = (const int16_t *)(const void *)s->in[0];
    int16_t *out = (int16_t *)(void *)s->out[0];
    for (uint32_t i = 0; i < p->elements; ++i) {
        out[i] = (int16_t)weft_tanh_s16(in[i], p->multiplier, p->shift);
    }
}
