/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_DEPTHWISE_CONV_2D_S8_DSP_H
#define WEFT_DEPTHWISE_CONV_2D_S8_DSP_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A depthwise convolution; made by codegen/weft/ops/weighted/depthwise_sums.py. */
typedef struct {
    /* For each output channel and each two columns of the filter (the last may be alone)
     * `filter_step` bytes: their weights row by row, then zeros, at least for one row. Before all
     * that, a row of zeros in the last two bytes of a word. */
    const int32_t *filters;
    const int32_t *numbers; /* of output channels, see weft/depthwise_output.h */
    const int32_t *left;    /* to do then, or NULL: see weft/depthwise_finish.h */
    int32_t output_width;
    int32_t channels;         /* of the input */
    int32_t depth_multiplier; /* filters for each of them */
    int32_t stride_height;
    int32_t stride_width; /* 1 or 2 */
    int32_t filter_height;
    int32_t filter_width;
    int32_t filter_step; /* a multiple of 4 */
    int32_t row_step;    /* input rows from one row of the filter to the next */
    int32_t column_step; /* input columns from one column of the filter to the next */
    int32_t tile;        /* most output pixels of a row that are made at a time */
    int32_t plane;       /* words of scratch for a row of pairs of one channel */
    int32_t lead;        /* columns of zero points left of the image */
    int32_t end;         /* those columns and the image's: zero points follow */
} weft_depthwise_conv_2d_s8__dsp_params;

/* One output row of a step, or two that are neighbors: then `row_step` is 1. Scratch is a plane of
 * each of four channels, or of all if they are fewer, for each two input rows. */
void weft_depthwise_conv_2d_s8__dsp(const weft_depthwise_conv_2d_s8__dsp_params *p,
                                    const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
