/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_DEPTHWISE_CONV_2D_S8_H
#define WEFT_DEPTHWISE_CONV_2D_S8_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A depthwise convolution; made by codegen/weft/ops/weighted/depthwise_conv_2d.py. */
typedef struct {
    const int8_t *weights;     /* (output_channels, filter_height, filter_width); int4: packed */
    const int32_t *bias;       /* by output channel, the input's zero point folded in */
    const int32_t *multiplier; /* by output channel, 31-bit fraction */
    const int8_t *shift;       /* by output channel, see weft/linear.h */
    int32_t output_zero_point; /* -128 to 127 */
    int32_t activation_min;    /* least output, -128 or more */
    int32_t activation_max;    /* greatest output, 127 or less */
    int32_t output_width;
    int32_t output_channels;
    int32_t output_step;      /* output bytes from one pixel to the next */
    int32_t depth_multiplier; /* output channels of each input channel */
    int32_t pixel_step;       /* input bytes from one output pixel's window to the next */
    int32_t filter_height;
    int32_t filter_width;
    int32_t dilation_height;
    int32_t tap_step; /* input bytes from one filter column to the next */
} weft_depthwise_conv_2d_s8_params;

/* filter_width is 3, tap_step not dilated, pixel_step once or twice tap_step, or 0. */
void weft_depthwise_conv_2d_3_s8(const weft_depthwise_conv_2d_s8_params *p, const weft_step *s);

/* Any filter. */
void weft_depthwise_conv_2d_s8(const weft_depthwise_conv_2d_s8_params *p, const weft_step *s);

/* The same for int4 weights. Scratch: a byte for each weight. */
void weft_depthwise_conv_2d_3_s4(const weft_depthwise_conv_2d_s8_params *p, const weft_step *s);
void weft_depthwise_conv_2d_s4(const weft_depthwise_conv_2d_s8_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
