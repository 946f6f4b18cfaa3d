/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums and differences, see sum.h. Twin of codegen/weft/ops/elementwise/common_scale.py.
 */
#include "weft/sum.h"

#include "weft/fixedpoint.h"

/* An operand at the common scale. */
WEFT_INLINE int32_t first_of(const weft_sum_params *p, int32_t a)
{
    return weft_requantize_right((a - p->zero1) * p->unit, p->multiplier1, p->shift1);
}

WEFT_INLINE int32_t second_of(const weft_sum_params *p, int32_t b)
{
    return weft_requantize_right((b - p->zero2) * p->unit, p->multiplier2, p->shift2);
}

WEFT_INLINE int32_t output_of(const weft_sum_params *p, int32_t value)
{
    int32_t scaled = weft_requantize_right(value, p->multiplier, p->shift) + p->zero_out;
    return weft_clamp(scaled, p->lo, p->hi);
}

WEFT_INLINE int32_t sum(const void *params, int32_t a, int32_t b)
{
    const weft_sum_params *p = (const weft_sum_params *)params;
    return output_of(p, first_of(p, a) + second_of(p, b));
}

WEFT_INLINE int32_t difference(const void *params, int32_t a, int32_t b)
{
    const weft_sum_params *p = (const weft_sum_params *)params;
    return output_of(p, first_of(p, a) - second_of(p, b));
}

/* With a unit of 2^7 differences are below 2^15. */
WEFT_INLINE int32_t squared_difference(const void *params, int32_t a, int32_t b)
{
    const weft_sum_params *p = (const weft_sum_params *)params;
    int32_t value = first_of(p, a) - second_of(p, b);
    return output_of(p, value * value);
}

void weft_sum_s8(const weft_sum_params *p, const weft_step *s)
{
    const weft_sum_params n = *p;
    weft_apply(sum, &n, &p->pair, s, 1, 1, 1);
}

void weft_sum_s16(const weft_sum_params *p, const weft_step *s)
{
    const weft_sum_params n = *p;
    weft_apply(sum, &n, &p->pair, s, 2, 2, 2);
}

void weft_difference_s8(const weft_sum_params *p, const weft_step *s)
{
    const weft_sum_params n = *p;
    weft_apply(difference, &n, &p->pair, s, 1, 1, 1);
}

void weft_difference_s16(const weft_sum_params *p, const weft_step *s)
{
    const weft_sum_params n = *p;
    weft_apply(difference, &n, &p->pair, s, 2, 2, 2);
}

void weft_squared_difference_s8(const weft_sum_params *p, const weft_step *s)
{
    const weft_sum_params n = *p;
    weft_apply(squared_difference, &n, &p->pair, s, 1, 1, 1);
}
