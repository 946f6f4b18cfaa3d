/* SPDX-License-Identifier: Apache-2.0
 *
 * Sigmoid and hyperbolic tangent of 16-bit values by interpolation in one table, as TensorFlow
 * Lite Micro does it. Twin of codegen/weft/ops/elementwise/sigmoid16.py. Kernels that include this
 * file name sigmoid_table.c among their shared sources.
 */
#ifndef WEFT_SIGMOID_TABLE_H
#define WEFT_SIGMOID_TABLE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* 65536 / (1 + exp(-i / 24)) for i in 0..255, give or take one. */
extern const uint16_t weft_sigmoid_table[256];

#ifdef __cplusplus
}
#endif

/* A stored value x in steps of 1/12288: x * multiplier / 2^shift, halves up. |x| <= 2^15,
 * multiplier < 2^16, shift in 0..31 and the sum with 2^(shift - 1) fit 32 bits. */
static inline int32_t weft_sigmoid_steps(int32_t x, int32_t multiplier, int32_t shift)
{
    return (x * multiplier + (int32_t)((UINT32_C(1) << shift) >> 1)) >> shift;
}

/* The table at `at` / 2^bits entries, times 2^bits; `end` stands for what is beyond the table. */
static inline int32_t weft_sigmoid_between(uint32_t at, uint32_t bits, uint32_t end)
{
    const uint32_t entry = at >> bits, rest = at & ((UINT32_C(1) << bits) - 1);
    const uint16_t *t = weft_sigmoid_table + (entry < 255 ? entry : 254);
    const uint32_t value = ((uint32_t)t[0] << bits) + rest * ((uint32_t)t[1] - t[0]);
    return (int32_t)(entry < 255 ? value : end << bits);
}

static inline uint32_t weft_sigmoid_magnitude(int32_t steps)
{
    return steps < 0 ? 0u - (uint32_t)steps : (uint32_t)steps;
}

/* 1 / (1 + exp(-x)) in units of 2^-15. */
static inline int32_t weft_logistic_s16(int32_t x, int32_t multiplier, int32_t shift)
{
    const int32_t steps = weft_sigmoid_steps(x, multiplier, shift);
    const int32_t value = weft_sigmoid_between(weft_sigmoid_magnitude(steps), 9, 0xFFFE);
    return (steps >= 0 ? value + 512 : (1 << 25) - value + 511) >> 10;
}

/* tanh(x) in units of 2^-15: twice the sigmoid of 2x, less one. */
static inline int32_t weft_tanh_s16(int32_t x, int32_t multiplier, int32_t shift)
{
    const int32_t steps = weft_sigmoid_steps(x, multiplier, shift);
    const int32_t value =
        weft_sigmoid_between(weft_sigmoid_magnitude(steps), 8, 0xFFFF) - (1 << 23);
    return (steps >= 0 ? value + 128 : 127 - value) >> 8;
}

#endif
