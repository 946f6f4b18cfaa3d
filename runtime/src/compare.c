/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparisons of plain integers, and logic, see compare.h.
 */
#include "weft/compare.h"

WEFT_INLINE int32_t compare_plain(const void *params, int32_t a, int32_t b)
{
    const weft_compare_params *p = (const weft_compare_params *)params;
    return weft_truth(p->truth, weft_order(a, b));
}

WEFT_INLINE int32_t logical(const void *params, int32_t a, int32_t b)
{
    const weft_compare_params *p = (const weft_compare_params *)params;
    return weft_truth(p->truth, 2u * (a != 0) + (b != 0));
}

void weft_compare_s32(const weft_compare_params *p, const weft_step *s)
{
    const weft_compare_params n = *p;
    weft_apply(compare_plain, &n, &p->pair, s, 4, 4, 1);
}

void weft_compare_plain_s8(const weft_compare_params *p, const weft_step *s)
{
    const weft_compare_params n = *p;
    weft_apply(compare_plain, &n, &p->pair, s, 1, 1, 1);
}

void weft_logical(const weft_compare_params *p, const weft_step *s)
{
    weft_apply(logical, p, &p->pair, s, 1, 1, 1);
}
