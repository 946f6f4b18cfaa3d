/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_MEAN_ACCUMULATE_S8_H
#define WEFT_MEAN_ACCUMULATE_S8_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The mean of all pixels, a row at a time; made by codegen/weft/ops/mean.py. The state holds
 * one int32 sum for each channel. */
typedef struct {
    int32_t width; /* pixels of an input row */
    int32_t channels;
    int32_t offset;            /* -(reduced elements) * zero point of the input */
    int32_t multiplier;        /* 31-bit fraction, division by the reduced elements included */
    int32_t shift;             /* -31 to 30, left if positive */
    int32_t output_zero_point; /* -128 to 127 */
} weft_mean_accumulate_s8_params;

void weft_mean_accumulate_s8(const weft_mean_accumulate_s8_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
