/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparisons of int8 tensors, see compare_s8.h. Twin of the references in
 * codegen/weft/ops/elementwise/comparisons.py.
 */
#include "weft/compare_s8.h"

#include "weft/compare.h"
#include "weft/fixedpoint.h"

WEFT_INLINE int32_t compare_scaled(const void *params, int32_t a, int32_t b)
{
    const weft_compare_s8_params *p = (const weft_compare_s8_params *)params;
    int32_t first = weft_requantize((a - p->zero1) * 256, p->multiplier1, p->shift1);
    int32_t second = weft_requantize((b - p->zero2) * 256, p->multiplier2, p->shift2);
    return weft_truth(p->truth, weft_order(first, second));
}

void weft_compare_s8(const weft_compare_s8_params *p, const weft_step *s)
{
    const weft_compare_s8_params n = *p;
    weft_apply(compare_scaled, &n, &p->pair, s, 1, 1, 1);
}
