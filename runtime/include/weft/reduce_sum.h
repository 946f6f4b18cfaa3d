/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums over any axes, requantized: SUM and MEAN. Registered by codegen/weft/ops/reduction/sums.py.
 */
#ifndef WEFT_REDUCE_SUM_H
#define WEFT_REDUCE_SUM_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const uint32_t *kept;    /* the walk over what stays, see reduce.h */
    const uint32_t *reduced; /* the walk over what is added up to one output */
    uint32_t advance;        /* outputs of a step, where all steps fill one row; else 0 */
    uint32_t across;         /* 1 if every step adds to the same outputs */
    int32_t offset;          /* -(reduced elements) * zero point of the input */
    int32_t multiplier;      /* 31-bit fraction; for MEAN with the division by the elements */
    int32_t shift;           /* -31 to 30, left if positive */
    int32_t output_zero_point;
} weft_reduce_sum_params;

/* The whole tensor, or a row of it; `across` needs an int32 of state for each output. */
void weft_reduce_sum_s8(const weft_reduce_sum_params *p, const weft_step *s);
void weft_reduce_sum_s16(const weft_reduce_sum_params *p, const weft_step *s);

/* Pixels: both walks are one loop, over channels, and over pixels of that many. */
void weft_reduce_sum_pixels_s8__dsp(const weft_reduce_sum_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
