/* SPDX-License-Identifier: Apache-2.0
 *
 * The way from a depthwise sum to an output in few instructions of the DSP extension, exact in both
 * roundings (see weft/linear.h), for channels that are scaled by less than one.
 */
#ifndef WEFT_DEPTHWISE_OUTPUT_H
#define WEFT_DEPTHWISE_OUTPUT_H

#include "weft/simd.h"

#include <stdint.h>

/* Words about a channel: twice the bias; multiplier, a 31-bit fraction; the right shift after it, 1
 * to 22; what is added before: half a unit, and the zero point. */
#define WEFT_OUTPUT_NUMBERS 4

/* The output for a sum of products; twice the sum with its bias fits 32 bits. */
static inline int8_t weft_sum_output(int32_t sum, const int32_t *numbers)
{
    const int32_t doubled = 2 * sum + numbers[0];
    const int32_t scaled = weft_smmlar(doubled, numbers[1], numbers[3]) + (doubled >> 31);
    return (int8_t)weft_ssat8(scaled >> numbers[2]);
}

#endif
