/* SPDX-License-Identifier: Apache-2.0
 *
 * From sums of int16 inputs and int8 weights to outputs, where no sum leaves 32 bits. Twin of
 * `scaling` in codegen/weft/ops/weighted/wide_pairs.py: a multiplier, an addend and a shift, 1
 * to 31. Rounded once: (upper_word(sum * multiplier) + addend) >> shift else, with sums below 2^30:
 *     (rounded_upper_word(2 * sum * multiplier) + addend - (sum < 0)) >> shift
 */
#ifndef WEFT_WIDE_OUTPUT_H
#define WEFT_WIDE_OUTPUT_H

#include "weft/fixedpoint.h"
#include "weft/simd.h"

#include <stdint.h>

/* How a sum becomes an output, which is saturated. */
#define WEFT_WIDE_ONCE 1 /* rounded once */
#define WEFT_WIDE_RELU 2 /* 0 instead of what is negative */

static inline int16_t weft_wide_output(int32_t sum, const uint32_t *scaling, uint32_t how)
{
    const int32_t multiplier = (int32_t)scaling[0], addend = (int32_t)scaling[1];
    int32_t value = (how & WEFT_WIDE_ONCE) != 0
                        ? weft_smmla(sum, multiplier, addend)
                        : weft_smmlar(2 * sum, multiplier, addend) + (sum >> 31);
    value = weft_clamp(value >> scaling[2], INT16_MIN, INT16_MAX);
    return (int16_t)((how & WEFT_WIDE_RELU) != 0 && value < 0 ? 0 : value);
}

/* The activation of a row of pixels that are `step` elements apart, where it is more than that. */
static inline void weft_clamp_pixels_s16(int16_t *row, int32_t pixels, int32_t channels,
                                         int32_t step, int32_t lo, int32_t hi)
{
    for (int32_t x = 0; x < pixels; x++, row += step) {
        for (int32_t i = 0; i < channels; i++) {
            row[i] = (int16_t)weft_clamp(row[i], lo, hi);
        }
    }
}

/* clang-format off */

/* The same in assembly, from a sum in a register. r3 and r12 are multiplier and addend, then lr is
 * the shift, and `out` a register that points to the output. The flags say "ne" for
 * WEFT_WIDE_RELU. */
#define WEFT_WIDE_SCALED_ONCE(sum) "smmla " sum ", " sum ", r3, r12\n"
#define WEFT_WIDE_SCALED_TWICE(sum)                                                                \
    "lsl " sum ", " sum ", #1\n"                                                                   \
    "smmlar lr, " sum ", r3, r12\n"                                                                \
    "add " sum ", lr, " sum ", asr #31\n"
#define WEFT_WIDE_SATURATED(sum)                                                                   \
    "asr " sum ", " sum ", lr\n"                                                                   \
    "ssat " sum ", #16, " sum "\n"                                                                 \
    "it ne\n"                                                                                      \
    "bicne " sum ", " sum ", " sum ", asr #31\n"

/* clang-format on */

#endif
