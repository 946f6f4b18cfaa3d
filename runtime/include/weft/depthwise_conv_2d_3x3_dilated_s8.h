/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_DEPTHWISE_CONV_2D_3X3_DILATED_S8_H
#define WEFT_DEPTHWISE_CONV_2D_3X3_DILATED_S8_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A depthwise convolution with filters of 3 by 3, dilated horizontally, at a horizontal stride of
 * 1; made by codegen/weft/ops/weighted/depthwise_dilated.py. */
typedef struct {
    const int32_t *filters; /* two-sided and limited, see weft/depthwise_conv_2d_3x3_s8.h */
    const int32_t *left;    /* to do then, or NULL: see weft/depthwise_finish.h */
    int32_t output_width;
    int32_t channels;    /* 4 or more */
    int32_t row_step;    /* input rows from one row of the filter to the next */
    int32_t tile;        /* most output pixels that are made at a time */
    int32_t lead;        /* columns of zero points left of the image */
    int32_t column_step; /* input columns from one column of the filter to the next */
    int32_t end;         /* columns of zero points and of the image: zero points follow */
} weft_depthwise_conv_2d_3x3_dilated_s8_params;

/* One output row of a step, or two that are neighbors; then `row_step` and the vertical stride are
 * 1. Scratch for a tile as weft_depthwise_conv_2d_3x3_two_sided_s8__dsp. */
void weft_depthwise_conv_2d_3x3_dilated_s8__dsp(
    const weft_depthwise_conv_2d_3x3_dilated_s8_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
