/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_CONV_2D_WINOGRAD_S8_DSP_H
#define WEFT_CONV_2D_WINOGRAD_S8_DSP_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A 2-D convolution with filters of 3 by 3 at a stride of 1, by Winograd's F(4x4, 3x3): 36 products
 * for 16 outputs instead of 144. Exact; made by codegen/weft/ops/weighted/winograd.py, which has
 * the formulas. */
typedef struct {
    /* Transformed weights as pairs (weft/simd.h), for each four output channels, each of the 36
     * positions and each two input channels: a word for each of the four. Behind the channels that
     * there are come zeros, up to a multiple of 4 output and of 16 input channels. */
    const uint32_t *weights;
    /* Four words for each output channel: what is added to 256 times its sum, a multiplier, and of
     * channels that are scaled exactly an addend and a shift from 1 on; see
     * weft/winograd_outputs.h. */
    const int32_t *numbers;
    int32_t activation_min; /* least output, -128 or more */
    int32_t activation_max; /* greatest output, 127 or less */
    int32_t output_width;   /* 4 or more */
    int32_t output_channels;
    int32_t output_step;    /* output bytes from one pixel to the next */
    int32_t input_channels; /* a multiple of 4 */
} weft_conv_2d_winograd_s8__dsp_params;

/* Any number of rows. Scratch: 2304 bytes for each 16 input channels, and 1152 more. */
void weft_conv_2d_winograd_s8__dsp(const weft_conv_2d_winograd_s8__dsp_params *p,
                                   const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
