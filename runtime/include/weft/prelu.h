/* SPDX-License-Identifier: Apache-2.0
 *
 * Linear units with a slope of their own for negative inputs. Registered by
 * codegen/weft/ops/elementwise/prelu.py.
 */
#ifndef WEFT_PRELU_H
#define WEFT_PRELU_H

#include "weft/broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Operand 1 is the input, operand 2 the slope. */
typedef struct {
    weft_pair pair;
    int32_t zero1;               /* zero point of the input */
    int32_t zero2;               /* zero point of the slope, -128..127 */
    int32_t positive_multiplier; /* factor of inputs from 0 on in Q0.31 */
    int32_t positive_shift;      /* binary exponent of that factor, -31..14 */
    int32_t negative_multiplier; /* factor of negative input times slope in Q0.31 */
    int32_t negative_shift;      /* binary exponent of that factor, -31..14 */
    int32_t zero_out;            /* zero point of the output */
    int32_t lo;                  /* least output */
    int32_t hi;                  /* greatest output */
} weft_prelu_params;

/* The output may be the input's row. Slopes are int8. */
void weft_prelu_s8(const weft_prelu_params *p, const weft_step *s);
void weft_prelu_s16(const weft_prelu_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
