/* SPDX-License-Identifier: Apache-2.0
 *
 * What kernels of int16 activations with int8 weights share. Twin of
 * codegen/weft/ops/weighted/wide.py: as many products as fit are added up in 32 bits, the rest of a
 * sum in 64.
 */
#ifndef WEFT_WIDE_H
#define WEFT_WIDE_H

#include "weft/fixedpoint.h"

#include <stdint.h>

/* Products of an int16 and an int8 that fit an int32 whatever they are. */
#define WEFT_WIDE_PIECE 511

/* Elements of a row of int16. */
static inline const int16_t *weft_row_s16(const int8_t *row)
{
    return (const int16_t *)(const void *)row;
}

/* The output for a sum. Rounded once: a multiplier of 15 bits and |sum| below 2^47, halves up;
 * else a sum of 32 bits, rounded twice. */
static inline int16_t weft_output_s16(int64_t sum, int32_t multiplier, int32_t shift,
                                      int32_t rounds_once, int32_t lo, int32_t hi)
{
    int32_t scaled;
    if (rounds_once) {
        scaled = (int32_t)(((sum * multiplier >> (shift - 1)) + 1) >> 1);
    } else {
        scaled = weft_requantize((int32_t)sum, multiplier, shift);
    }
    return (int16_t)weft_clamp(scaled, lo, hi);
}

#endif
