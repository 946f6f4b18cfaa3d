/* SPDX-License-Identifier: Apache-2.0
 *
 * The greater or lesser of two, see extreme.h.
 */
#include "weft/extreme.h"

/* Flipping all bits turns the order of numbers around. */
WEFT_INLINE int32_t extreme(const void *params, int32_t a, int32_t b)
{
    const weft_extreme_params *p = (const weft_extreme_params *)params;
    return (a ^ p->flip) > (b ^ p->flip) ? a : b;
}

void weft_extreme_s8(const weft_extreme_params *p, const weft_step *s)
{
    weft_apply(extreme, p, &p->pair, s, 1, 1, 1);
}

void weft_extreme_s16(const weft_extreme_params *p, const weft_step *s)
{
    weft_apply(extreme, p, &p->pair, s, 2, 2, 2);
}

void weft_extreme_s32(const weft_extreme_params *p, const weft_step *s)
{
    weft_apply(extreme, p, &p->pair, s, 4, 4, 4);
}
