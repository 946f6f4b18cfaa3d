/* SPDX-License-Identifier: Apache-2.0
 *
 * Two straight lines from 0, see slopes_s16.h. Twin of two_slopes in
 * codegen/weft/ops/elementwise/slopes.py.
 */
#include "weft/slopes_s16.h"

#include "weft/fixedpoint.h"

void weft_slopes_s16(const weft_slopes_s16_params *p, const weft_step *s)
{
    const int16_t *in = (const int16_t *)(const void *)s->in[0];
    int16_t *out = (int16_t *)(void *)s->out[0];
    for (uint32_t i = 0; i < p->elements; ++i) {
        int32_t x = in[i];
        int32_t multiplier = x < 0 ? p->negative_multiplier : p->positive_multiplier;
        int32_t shift = x < 0 ? p->negative_shift : p->positive_shift;
        out[i] = (int16_t)weft_clamp(weft_requantize(x, multiplier, shift), p->lo, p->hi);
    }
}
