/* SPDX-License-Identifier: Apache-2.0
 *
 * What kernels with weights share: dot products with four channels, and the way from an int32
 * sum to an int8 output. Twin of codegen/weft/ops/linear.py, which interleaves the weights:
 * weight k of channels 0 to 3 is at w[4 * k] to w[4 * k + 3].
 */
#ifndef WEFT_LINEAR_H
#define WEFT_LINEAR_H

#include "weft/fixedpoint.h"

#include <stdint.h>

/* A loop that needs all registers: inlined, it would share them with the loops around it. */
#if defined(__GNUC__) || defined(__clang__)
#define WEFT_LEAF static __attribute__((noinline, unused))
#else
#define WEFT_LEAF static inline
#endif

/* acc[0..3] += products of x with four channels; acc[4..7] += those of y. */
WEFT_LEAF void weft_dot_2x4(int32_t *acc, const int8_t *x, const int8_t *y, const int8_t *w,
                            int32_t n)
{
    int32_t x0 = acc[0], x1 = acc[1], x2 = acc[2], x3 = acc[3];
    int32_t y0 = acc[4], y1 = acc[5], y2 = acc[6], y3 = acc[7];
    for (const int8_t *end = x + n; x != end; w += 4) {
        int32_t a = *x++, b = *y++;
        x0 += a * w[0];
        y0 += b * w[0];
        x1 += a * w[1];
        y1 += b * w[1];
        x2 += a * w[2];
        y2 += b * w[2];
        x3 += a * w[3];
        y3 += b * w[3];
    }
    acc[0] = x0, acc[1] = x1, acc[2] = x2, acc[3] = x3;
    acc[4] = y0, acc[5] = y1, acc[6] = y2, acc[7] = y3;
}

/* acc[0..3] += products of x with four channels. */
WEFT_LEAF void weft_dot_1x4(int32_t *acc, const int8_t *x, const int8_t *w, int32_t n)
{
    int32_t x0 = acc[0], x1 = acc[1], x2 = acc[2], x3 = acc[3];
    if (n & 1) {
        int32_t a = *x++;
        x0 += a * w[0];
        x1 += a * w[1];
        x2 += a * w[2];
        x3 += a * w[3];
        w += 4;
    }
    for (const int8_t *end = x + (n & ~1); x != end; x += 2, w += 8) {
        int32_t a = x[0], b = x[1];
        x0 += a * w[0];
        x1 += a * w[1];
        x2 += a * w[2];
        x3 += a * w[3];
        x0 += b * w[4];
        x1 += b * w[5];
        x2 += b * w[6];
        x3 += b * w[7];
    }
    acc[0] = x0, acc[1] = x1, acc[2] = x2, acc[3] = x3;
}

/* The product of x with one channel. */
WEFT_LEAF int32_t weft_dot(const int8_t *x, const int8_t *w, int32_t n)
{
    int32_t sum = 0;
    for (const int8_t *end = x + n; x != end;) {
        sum += *x++ * *w++;
    }
    return sum;
}

/* The output for a sum; adding the zero point wraps, as in TensorFlow Lite. */
static inline int8_t weft_output_s8(int32_t sum, int32_t multiplier, int32_t shift,
                                    int32_t zero_point, int32_t lo, int32_t hi)
{
    uint32_t scaled = (uint32_t)weft_requantize(sum, multiplier, shift);
    return (int8_t)weft_clamp((int32_t)(scaled + (uint32_t)zero_point), lo, hi);
}

#endif
