/* SPDX-License-Identifier: Apache-2.0
 *
 * What kernels with weights share: dot products with four channels, and the way from an int32
 * sum to an int8 output. Twin of codegen/weft/ops/weighted/linear.py, which interleaves the
 * weights: weight k of channels 0 to 3 is at w[4 * k] to w[4 * k + 3].
 */
#ifndef WEFT_LINEAR_H
#define WEFT_LINEAR_H

#include "weft/elementwise.h"
#include "weft/fixedpoint.h"
#include "weft/inline.h"

#include <stdint.h>

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

/* Weight number i of `bits` bits each: int8, or int4, of which the low half of a byte comes
 * first. */
WEFT_INLINE int32_t weft_weight(const int8_t *w, int32_t i, int32_t bits)
{
    const int32_t byte = w[bits == 8 ? i : i >> 1];
    return bits == 8 ? byte : i & 1 ? byte >> 4 : (int32_t)((uint32_t)byte << 28) >> 28;
}

/* Bytes of n weights. */
WEFT_INLINE int32_t weft_weight_bytes(int32_t n, int32_t bits)
{
    return bits == 8 ? n : (n + 1) >> 1;
}

/* weft_dot_1x4 and weft_dot for int4 weights. */
WEFT_LEAF void weft_dot_1x4_s4(int32_t *acc, const int8_t *x, const int8_t *w, int32_t n)
{
    int32_t x0 = acc[0], x1 = acc[1], x2 = acc[2], x3 = acc[3];
    for (const int8_t *end = x + n; x != end; w += 2) {
        const int32_t a = *x++;
        x0 += a * weft_weight(w, 0, 4);
        x1 += a * weft_weight(w, 1, 4);
        x2 += a * weft_weight(w, 2, 4);
        x3 += a * weft_weight(w, 3, 4);
    }
    acc[0] = x0, acc[1] = x1, acc[2] = x2, acc[3] = x3;
}

WEFT_LEAF int32_t weft_dot_s4(const int8_t *x, const int8_t *w, int32_t n)
{
    int32_t sum = n & 1 ? x[n - 1] * weft_weight(w, n - 1, 4) : 0;
    for (const int8_t *end = x + (n & ~1); x != end; x += 2, w++) {
        sum += x[0] * weft_weight(w, 0, 4) + x[1] * weft_weight(w, 1, 4);
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

/* The output of a channel, before the activation, in few instructions: where the scaling shifts
 * right and no sum reaches 2^30. `shift` is one less than the scaling's, so 0 to 30. Saturates
 * with 128 added: clamping to 0..255 is one instruction on many cores, and compilers find it. */
WEFT_INLINE int8_t weft_narrow_output_s8(int32_t sum, int32_t multiplier, int32_t shift,
                                         int32_t zero_point)
{
    int32_t scaled = weft_doubled_quotient(weft_upper_word(2 * sum, multiplier), shift + 1);
    int32_t output = (scaled + (2 * zero_point + 257)) >> 1;
    output = output < 0 ? 0 : output;
    output = output > 255 ? 255 : output;
    return (int8_t)(output - 128);
}

/* The same for any channel: `shift` is the one that weft_output_s8 takes, less 32. */
WEFT_LEAF int8_t weft_wide_output_s8(int32_t sum, int32_t multiplier, int32_t shift,
                                     int32_t zero_point)
{
    return weft_output_s8(sum, multiplier, shift + 32, zero_point, -128, 127);
}

/* One or the other: a negative `shift` is a wide one. */
static inline int8_t weft_channel_output_s8(int32_t sum, int32_t multiplier, int32_t shift,
                                            int32_t zero_point)
{
    return shift >= 0 ? weft_narrow_output_s8(sum, multiplier, shift, zero_point)
                      : weft_wide_output_s8(sum, multiplier, shift, zero_point);
}

/* The activation of a row of outputs, most often none. */
static inline void weft_clamp_row(int8_t *row, int32_t count, int32_t lo, int32_t hi)
{
    if (lo > -128 || hi < 127) {
        for (int32_t i = 0; i < count; i++) {
            row[i] = (int8_t)weft_clamp(row[i], lo, hi);
        }
    }
}

/* The same for a row of pixels that are `step` bytes apart. */
static inline void weft_clamp_pixels(int8_t *row, int32_t pixels, int32_t channels, int32_t step,
                                     int32_t lo, int32_t hi)
{
    if (lo > -128 || hi < 127) {
        const int32_t runs = step == channels ? 1 : pixels;
        for (int32_t i = 0; i < runs; i++) {
            weft_clamp_row(row + i * step, pixels * channels / runs, lo, hi);
        }
    }
}

#endif
