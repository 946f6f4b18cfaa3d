/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_DEPTHWISE_CONV_2D_S16_DSP_H
#define WEFT_DEPTHWISE_CONV_2D_S16_DSP_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A depthwise convolution of int16 images with int8 weights for cores with DSP instructions, where
 * no sum leaves 32 bits; made by codegen/weft/ops/weighted/depthwise_wide.py.
 *
 * Two channels at a time become planes of pairs (weft/simd.h) in scratch: for every two rows of the
 * filter one plane of each channel, with the values of both rows, and for the last one of an odd
 * number of rows one plane with the values of both channels.
 *
 * The weights of an output channel are words for two tap pairs each, plane by plane, column by
 * column: the first of the first pair, the first of the second one, the second of the first, the
 * second of the second. For a plane of both channels the other channel's weight is 0.
 */
typedef struct {
    const uint32_t *weights;
    const uint32_t *scaling; /* by output channel, four words each, see weft/depthwise_wide.h */
    const int32_t *offsets;  /* by tap pair, in scratch: of first channels, then of second ones */
    int32_t taps;            /* tap pairs of a channel */
    uint32_t how;            /* sums become outputs, see weft/wide_output.h */
    int32_t clamps;          /* whether the activation limits outputs in another way, too: */
    int32_t activation_min;  /* least output, -32768 or more */
    int32_t activation_max;  /* greatest output, 32767 or less */
    int32_t output_width;
    int32_t output_step; /* elements from one output pixel to the next */
    int32_t input_channels;
    int32_t depth_multiplier; /* output channels of each input channel */
    int32_t columns;          /* of the input that windows of a row have */
    int32_t plane;            /* columns of a plane: those of four windows at least */
    int32_t stride;           /* columns from a window to the next */
    int32_t filter_height;
    int32_t dilation_height;
} weft_depthwise_conv_2d_s16_dsp_params;

/* Scratch: eight bytes for each tap pair, an even number, and four for each column of each plane.
 */
void weft_depthwise_conv_2d_s16_dsp(const weft_depthwise_conv_2d_s16_dsp_params *p,
                                    const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
