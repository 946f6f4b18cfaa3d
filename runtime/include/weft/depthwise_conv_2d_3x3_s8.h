/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_DEPTHWISE_CONV_2D_3X3_S8_H
#define WEFT_DEPTHWISE_CONV_2D_3X3_S8_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A depthwise convolution with filters of 3 by 3 and at least four channels, one filter each; made
 * by codegen/weft/ops/weighted/depthwise_dsp.py. */
typedef struct {
    /* Five words for each channel: a multiplier; what is added to 256 times the sum of products;
     * and the filter's bytes w[row][column]: w11, w10, w21, w20; w00, w12, w01, w22; 0, w01, 0, w02
     * at a horizontal stride of 1, at one of 2 w01, w00, w11, w10; w21, w02, w22, w12; 0, 0, 0,
     * w20. The output is the upper word of that sum times the multiplier, shifted right by 10 and
     * saturated.
     *
     * Two-sided: seven words. Behind the first two what is added to the sum before the
     * multiplication, where it is 0 or more, and where it is negative. Two-sided and limited:
     * before all channels two words, the least output in each byte of the first, the greatest in
     * those of the second. */
    const int32_t *filters;
    const int32_t *left; /* to do then, or NULL: see weft/depthwise_finish.h */
    int32_t output_width;
    int32_t channels;     /* 4 or more */
    int32_t stride_width; /* 1 or 2 */
    int32_t row_step;     /* input rows from one row of the filter to the next */
    int32_t tile;         /* most output pixels of a row that are made at a time */
    int32_t lead;         /* columns of zero points left of the image */
    int32_t trail;        /* and right of it */
} weft_depthwise_conv_2d_3x3_s8_params;

/* At a horizontal stride of 1: one output row of a step, or two that are neighbors; then `row_step`
 * and the vertical stride are 1. Scratch for a tile of n pixels (at least three): 64 bytes for each
 * two of n + 2 input columns, rounded up, and 8 for each pixel. */
void weft_depthwise_conv_2d_3x3_s8__dsp(const weft_depthwise_conv_2d_3x3_s8_params *p,
                                        const weft_step *s);
void weft_depthwise_conv_2d_3x3_limited_s8__dsp(const weft_depthwise_conv_2d_3x3_s8_params *p,
                                                const weft_step *s);
void weft_depthwise_conv_2d_3x3_two_sided_s8__dsp(const weft_depthwise_conv_2d_3x3_s8_params *p,
                                                  const weft_step *s);

/* At a horizontal stride of 2: one output row of a step, or two; then `row_step` is 1 and the
 * vertical stride 2. Scratch for a tile of n pixels: 80 bytes for each two of 2n + 2 input columns
 * and 8 for each pixel. */
void weft_depthwise_conv_2d_3x3_stride_2_s8__dsp(const weft_depthwise_conv_2d_3x3_s8_params *p,
                                                 const weft_step *s);
void weft_depthwise_conv_2d_3x3_stride_2_limited_s8__dsp(
    const weft_depthwise_conv_2d_3x3_s8_params *p, const weft_step *s);
void weft_depthwise_conv_2d_3x3_stride_2_two_sided_s8__dsp(
    const weft_depthwise_conv_2d_3x3_s8_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
