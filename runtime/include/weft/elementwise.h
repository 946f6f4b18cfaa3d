/* SPDX-License-Identifier: Apache-2.0
 *
 * What the elementwise kernels of two operands share: finding an operand, and rounding in few
 * instructions. Used by the kernels of codegen/weft/ops/elementwise/add.py and mul.py.
 */
#ifndef WEFT_ELEMENTWISE_H
#define WEFT_ELEMENTWISE_H

#include "weft/step.h"

#include <stddef.h>
#include <stdint.h>

/* The operand of this step: its row of a constant, rows being `row` elements apart, or, where
 * there is no constant, input number `in`. */
static inline const int8_t *weft_operand(const int8_t *constant, uint32_t row, uint8_t in,
                                         const weft_step *s)
{
    return constant != NULL ? constant + (size_t)s->index * row : s->in[in];
}

/* a * b / 2^32 to nearest, halves up: weft_high_mul(a / 2, b) for even a. */
static inline int32_t weft_upper_word(int32_t a, int32_t b)
{
    int64_t product = (int64_t)a * b;
    return (int32_t)(product >> 32) + (int32_t)((uint32_t)product >> 31);
}

/* x / 2^(bits - 1) rounded down, after taking one from a negative x. To this add 1 and halve, and
 * it is weft_shift_right_round(x, bits). Any even number may be added with the 1; bits >= 1. */
static inline int32_t weft_doubled_quotient(int32_t x, int32_t bits)
{
    return (x + (x >> 31)) >> (bits - 1);
}

/* To -128..127. */
static inline int32_t weft_saturate_s8(int32_t x)
{
    return x == (int8_t)x ? x : 127 ^ (x >> 31);
}

#endif
