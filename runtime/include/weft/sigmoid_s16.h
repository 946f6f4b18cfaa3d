/* SPDX-License-Identifier: Apache-2.0
 *
 * Sigmoid and hyperbolic tangent from int16 to int16. Registered by
 * codegen/weft/ops/elementwise/sigmoids.py.
 */
#ifndef WEFT_SIGMOID_S16_H
#define WEFT_SIGMOID_S16_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t multiplier; /* from inputs to steps of 1/12288, below 2^16 */
    int32_t shift;      /* right shift after multiplier, 0..31 */
    uint32_t elements;  /* elements of a row */
} weft_sigmoid_s16_params;

/* One row: out = 1 / (1 + exp(-x)) in units of 2^-15. The output may be the input's row. */
void weft_logistic_rows_s16(const weft_sigmoid_s16_params *p, const weft_step *s);

/* One row: out = tanh(x) in units of 2^-15. The output may be the input's row. */
void weft_tanh_rows_s16(const weft_sigmoid_s16_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
