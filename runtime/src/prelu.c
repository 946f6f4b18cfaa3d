/* SPDX-License-Identifier: Apache-2.0
 *
 * Linear units with a slope of their own, see prelu.h. Twin of Prelu.reference.
 */
#include "weft/prelu.h"

#include "weft/fixedpoint.h"

WEFT_INLINE int32_t prelu(const void *params, int32_t a, int32_t b)
{
    const weft_prelu_params *p = (const weft_prelu_params *)params;
    int32_t x = a - p->zero1, steep = x * (b - p->zero2);
    int32_t scaled = x >= 0 ? weft_requantize(x, p->positive_multiplier, p->positive_shift)
                            : weft_requantize(steep, p->negative_multiplier, p->negative_shift);
    return weft_clamp(scaled + p->zero_out, p->lo, p->hi);
}

void weft_prelu_s8(const weft_prelu_params *p, const weft_step *s)
{
    const weft_prelu_params n = *p;
    weft_apply(prelu, &n, &p->pair, s, 1, 1, 1);
}

void weft_prelu_s16(const weft_prelu_params *p, const weft_step *s)
{
    const weft_prelu_params n = *p;
    weft_apply(prelu, &n, &p->pair, s, 2, 1, 2);
}
