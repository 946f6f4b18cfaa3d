/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_DEPTHWISE_CONV_2D_S16_H
#define WEFT_DEPTHWISE_CONV_2D_S16_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A depthwise convolution of int16 images with int8 weights; made by
 * codegen/weft/ops/weighted/depthwise_conv_2d.py. */
typedef struct {
    const int8_t *weights;     /* (output_channels, filter_height, filter_width) */
    const int64_t *bias;       /* by output channel, below 2^47 */
    const int32_t *multiplier; /* by output channel; 15 bits if rounded once, else 31 bits */
    const int8_t *shift;       /* by output channel; right if rounded once, else the scaling's */
    int32_t rounds_once;
    int32_t activation_min; /* least output, -32768 or more */
    int32_t activation_max; /* greatest output, 32767 or less */
    int32_t output_width;
    int32_t output_channels;
    int32_t output_step;      /* elements from one output pixel to the next */
    int32_t depth_multiplier; /* output channels of each input channel */
    int32_t pixel_step;       /* elements from one output pixel's window to the next */
    int32_t filter_height;
    int32_t filter_width;
    int32_t dilation_height;
    int32_t tap_step;     /* elements from one filter column to the next */
    int32_t rows_at_once; /* rows of the filter whose products fit an int32: all, or 1 */
    int32_t piece;        /* columns of the filter at a time; all, unless rows_at_once is 1 */
} weft_depthwise_conv_2d_s16_params;

void weft_depthwise_conv_2d_s16(const weft_depthwise_conv_2d_s16_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
