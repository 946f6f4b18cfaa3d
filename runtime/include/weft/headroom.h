/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums of int8 elements of one scale. Twin of codegen/weft/ops/elementwise/headroom.py.
 */
#ifndef WEFT_HEADROOM_H
#define WEFT_HEADROOM_H

#include "weft/fixedpoint.h"

#define WEFT_HEADROOM 19 /* bits by which sums are shifted left; they wrap, as in the reference */

static inline int8_t weft_sum_s8(int32_t sum, int32_t multiplier, int32_t shift,
                                 int32_t output_zero_point)
{
    int32_t scaled = weft_requantize(weft_shift_left(sum, WEFT_HEADROOM), multiplier, shift);
    return (int8_t)weft_clamp(scaled + output_zero_point, -128, 127);
}

#endif
