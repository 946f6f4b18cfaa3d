/* SPDX-License-Identifier: Apache-2.0
 *
 * Products over any axes, requantized. Registered by codegen/weft/ops/reduction/reduce_prod.py.
 */
#ifndef WEFT_REDUCE_PROD_H
#define WEFT_REDUCE_PROD_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const uint32_t *kept;     /* the walk over what stays, see reduce.h */
    const uint32_t *reduced;  /* the walk over what is multiplied to one output */
    uint32_t advance;         /* outputs of a step, where all steps fill one row; else 0 */
    uint32_t across;          /* 1 if every step multiplies to the same outputs */
    int32_t input_zero_point; /* 0 for int16 */
    int32_t multiplier;       /* 15-bit fraction */
    int32_t right;            /* shift of the fraction to the right, 8 to 46 */
    int32_t output_zero_point;
} weft_reduce_prod_params;

/* The whole tensor, or a row of it; `across` needs an int32 of state for each output. A product of
 * 31 and 16 bits times the multiplier fits int64; what then exceeds int32 wraps. */
void weft_reduce_prod_s8(const weft_reduce_prod_params *p, const weft_step *s);
void weft_reduce_prod_s16(const weft_reduce_prod_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
