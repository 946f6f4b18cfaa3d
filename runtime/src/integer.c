/* SPDX-License-Identifier: Apache-2.0
 *
 * Arithmetic of plain int32, see integer.h.
 */
#include "weft/integer.h"

#include "weft/fixedpoint.h"

/* Unsigned, because it wraps. */
WEFT_INLINE int32_t combine(const void *params, int32_t a, int32_t b)
{
    const weft_integer_params *p = (const weft_integer_params *)params;
    uint32_t value = (uint32_t)a * (uint32_t)p->factor1 + (uint32_t)b * (uint32_t)p->factor2;
    return weft_clamp((int32_t)value, p->lo, p->hi);
}

WEFT_INLINE int32_t multiply(const void *params, int32_t a, int32_t b)
{
    const weft_integer_params *p = (const weft_integer_params *)params;
    return weft_clamp((int32_t)((uint32_t)a * (uint32_t)b), p->lo, p->hi);
}

void weft_combine_s32(const weft_integer_params *p, const weft_step *s)
{
    weft_apply(combine, p, &p->pair, s, 4, 4, 4);
}

void weft_multiply_s32(const weft_integer_params *p, const weft_step *s)
{
    weft_apply(multiply, p, &p->pair, s, 4, 4, 4);
}
