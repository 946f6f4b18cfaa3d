/* SPDX-License-Identifier: Apache-2.0
 *
 * Product of int8 rows with broadcasting along rows, pixels and channels. Registered by
 * codegen/weft/ops/mul.py.
 */
#ifndef WEFT_MUL_S8_H
#define WEFT_MUL_S8_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *constant1; /* operand 1 if it is constant, else NULL */
    const int8_t *constant2; /* operand 2 if it is constant, else NULL */
    uint8_t in1;             /* number of the input that operand 1 is, if it is not constant */
    uint8_t in2;             /* number of the input that operand 2 is, if it is not constant */
    uint32_t row1;           /* elements from one row of constant1 to the next; 0: one row */
    uint32_t row2;           /* elements from one row of constant2 to the next; 0: one row */
    uint32_t pixel1;         /* elements from one pixel of operand 1 to the next */
    uint32_t pixel2;         /* elements from one pixel of operand 2 to the next */
    uint32_t channel1;       /* elements from one channel of operand 1 to the next */
    uint32_t channel2;       /* elements from one channel of operand 2 to the next */
    uint32_t pixels;         /* pixels of a row, 1 where both operands are walked as one run */
    uint32_t channels;       /* channels of a pixel */
    uint32_t output_step;    /* output bytes from one pixel to the next */
    int32_t zero1;           /* zero point of operand 1, -128..127 */
    int32_t zero2;           /* zero point of operand 2, -128..127 */
    int32_t multiplier;      /* factor of the product in Q0.31 */
    int32_t shift;           /* right shift after multiplier, 1..31 */
    int32_t zero_out;        /* zero point of the output, -128..127 */
    int32_t lo;              /* least output, -128..127 */
    int32_t hi;              /* greatest output, lo..127 */
} weft_mul_s8_params;

/* One row: out = clamp(round(factor * operand 1 * operand 2) + zero_out). The output may be an
 * operand's row if that operand is not broadcast. */
void weft_mul_s8(const weft_mul_s8_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
