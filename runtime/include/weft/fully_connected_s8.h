/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_FULLY_CONNECTED_S8_H
#define WEFT_FULLY_CONNECTED_S8_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A matrix times each vector of a batch; made by codegen/weft/ops/weighted/fully_connected.py. */
typedef struct {
    const int8_t *weights;     /* (output_size, input_size) in the order of weft/linear.h */
    const int32_t *bias;       /* by output channel, the input's zero point folded in */
    const int32_t *multiplier; /* by output channel, 31-bit fraction */
    const int8_t *shift;       /* by output channel, see weft/linear.h */
    int32_t output_zero_point; /* -128 to 127 */
    int32_t activation_min;    /* least output, -128 or more */
    int32_t activation_max;    /* greatest output, 127 or less */
    int32_t batch;             /* vectors */
    int32_t input_size;        /* of a vector */
    int32_t output_size;       /* of a vector */
    int32_t weight_zero_point; /* mostly 0; then the input is not summed */
} weft_fully_connected_s8_params;

void weft_fully_connected_s8(const weft_fully_connected_s8_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
