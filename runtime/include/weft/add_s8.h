/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums and differences of int8 rows with broadcasting along rows, pixels and channels. Registered
 * by codegen/weft/ops/elementwise/sum_rows.py.
 */
#ifndef WEFT_ADD_S8_H
#define WEFT_ADD_S8_H

#include "weft/row_pair.h"
#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Operand 1 is the one with the greater scale, operand 2 the other; the factors that bring them
 * to twice the greater scale are 1/2, which is exact, and the one given by multiplier2 and shift2.
 * A difference is negated if operand 1 is what is subtracted. */
typedef struct {
    weft_row_pair rows;
    int32_t offset;      /* -2^20 * zero point of operand 1, in a difference 2^20 times that */
    int32_t unit2;       /* 2^21, or 2^22 if both scales are equal */
    int32_t offset2;     /* -unit2 * zero point of operand 2 */
    int32_t multiplier2; /* factor of operand 2 in Q0.31 */
    int32_t shift2;      /* right shift after multiplier2, 1..31 */
    int32_t multiplier;  /* factor of the sum in Q0.31, negative to negate it */
    int32_t shift;       /* right shift after multiplier, 1..31 */
    int32_t zero_out;    /* zero point of the output, -128..127 */
    int32_t lo;          /* least output, -128..127 */
    int32_t hi;          /* greatest output, lo..127 */
} weft_add_s8_params;

/* One row: out = clamp(round(factor * (operand 1 + operand 2)) + zero_out), or operand 1 - operand
 * 2. The output may be an operand's row if that operand is not broadcast. */
void weft_add_s8(const weft_add_s8_params *p, const weft_step *s);
void weft_subtract_s8(const weft_add_s8_params *p, const weft_step *s);

/* The same of the square of that difference, with 2^7 for 2^20 and any int8 as output. */
void weft_squared_difference_rows_s8(const weft_add_s8_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
