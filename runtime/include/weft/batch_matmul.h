/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_BATCH_MATMUL_H
#define WEFT_BATCH_MATMUL_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Products of matrices; made by codegen/weft/ops/weighted/batch_matmul.py. A matrix that is
 * multiplied transposed has another step. Steps and starts are in elements. */
typedef struct {
    const void *left;  /* a constant operand, else NULL */
    const void *right; /* the same; at most one of them is constant */
    int32_t left_in;   /* number of the input */
    int32_t right_in;
    const uint32_t *starts; /* for each batch where its matrices start: left, right */
    int32_t batches;        /* in a step */
    int32_t rows;           /* of the output's matrices */
    int32_t columns;
    int32_t depth;        /* products in a sum: up to 33,025 of int8, 131,071 of int16 */
    int32_t left_row;     /* from a row to the next */
    int32_t left_step;    /* along a sum */
    int32_t right_column; /* from a column to the next */
    int32_t right_step;   /* along a sum */
    int32_t left_zero_point;
    int32_t right_zero_point;
    int32_t output_zero_point;
    int32_t multiplier; /* 31-bit fraction; of int16 15 bits */
    int32_t shift;      /* of the scaling; of int16 to the right */
} weft_batch_matmul_params;

void weft_batch_matmul_s8(const weft_batch_matmul_params *p, const weft_step *s);
void weft_batch_matmul_s16(const weft_batch_matmul_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
