/* SPDX-License-Identifier: Apache-2.0
 *
 * Exact integer arithmetic of quantized inference. Twin of codegen/weft/quant.py, bit for bit.
 * Right shifts of negative values are arithmetic and conversions to signed types wrap, as in
 * every compiler that weft supports.
 */
#ifndef WEFT_FIXEDPOINT_H
#define WEFT_FIXEDPOINT_H

#include <stdint.h>

/* a * b / 2^31 to nearest, halves up. Never called with a = b = INT32_MIN: multipliers are
 * greater, and mostly positive. */
static inline int32_t weft_high_mul(int32_t a, int32_t b)
{
    return (int32_t)(((int64_t)a * b + (INT64_C(1) << 30)) >> 31);
}

/* x / 2^bits to nearest, halves away from zero; 0 <= bits <= 31. */
static inline int32_t weft_shift_right_round(int32_t x, int32_t bits)
{
    uint32_t sign = (uint32_t)(x >> 31);
    uint32_t half = (UINT32_C(1) << bits) >> 1;
    uint32_t magnitude = (((uint32_t)x ^ sign) - sign + half) >> bits;
    return (int32_t)((magnitude ^ sign) - sign);
}

static inline int32_t weft_shift_left(int32_t x, int32_t bits)
{
    return (int32_t)((uint32_t)x << bits);
}

/* acc * multiplier * 2^(shift - 31), rounded twice as TensorFlow Lite does. */
static inline int32_t weft_requantize(int32_t acc, int32_t multiplier, int32_t shift)
{
    int32_t left = shift > 0 ? shift : 0;
    int32_t scaled = weft_high_mul(weft_shift_left(acc, left), multiplier);
    return weft_shift_right_round(scaled, left - shift);
}

/* The same where shift is 0 or less. */
static inline int32_t weft_requantize_right(int32_t acc, int32_t multiplier, int32_t shift)
{
    return weft_shift_right_round(weft_high_mul(acc, multiplier), -shift);
}

static inline int32_t weft_clamp(int32_t x, int32_t lo, int32_t hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

#endif
