/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_MEAN_S8_H
#define WEFT_MEAN_S8_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The mean over any axes; made by codegen/weft/ops/mean.py. */
typedef struct {
    const int32_t *kept;       /* three loops over what stays, outermost first: length, stride */
    const int32_t *reduced;    /* three loops over what is added */
    int32_t offset;            /* -(reduced elements) * zero point of the input */
    int32_t multiplier;        /* 31-bit fraction, division by the reduced elements included */
    int32_t shift;             /* -31 to 30, left if positive */
    int32_t output_zero_point; /* -128 to 127 */
} weft_mean_s8_params;

void weft_mean_s8(const weft_mean_s8_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
