/* SPDX-License-Identifier: Apache-2.0
 *
 * Fixed-point reciprocal by Newton-Raphson. Twin of reciprocal_one_plus in codegen/weft/quant.py.
 */
#ifndef WEFT_RECIPROCAL_H
#define WEFT_RECIPROCAL_H

#include "weft/fixedpoint.h"

/* x * 2^bits, saturating. */
static inline int32_t weft_shift_left_saturating(int32_t x, int32_t bits)
{
    int32_t limit = INT32_MAX >> bits;
    return x > limit ? INT32_MAX : x < -limit ? INT32_MIN : weft_shift_left(x, bits);
}

/* 1 / (1 + a) for a in [0, 1), both in Q0.31. */
static inline int32_t weft_reciprocal_one_plus(int32_t a)
{
    int32_t half = (int32_t)(((int64_t)a + INT32_MAX + 1) / 2);
    int32_t x = 1515870810 + weft_high_mul(half, -1010580540); /* 48/17 - 32/17 * half in Q2.29 */
    for (int step = 0; step < 3; ++step) {
        int32_t error = (1 << 29) - weft_high_mul(half, x);
        x += weft_shift_left_saturating(weft_high_mul(x, error), 2);
    }
    return weft_shift_left_saturating(x, 1);
}

#endif
