/* SPDX-License-Identifier: Apache-2.0
 *
 * Transposed convolutions; made by codegen/weft/ops/weighted/transpose_conv.py. Output pixels at
 * the same place within a stride, a phase, are a convolution of stride 1 with every stride-th tap.
 */
#ifndef WEFT_TRANSPOSE_CONV_H
#define WEFT_TRANSPOSE_CONV_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of int8 images. */
typedef struct {
    const int8_t *weights; /* by phase of rows, then of columns, in the order of weft/linear.h */
    const int32_t *starts; /* where each of them starts */
    int32_t output_width;
    int32_t output_channels;
    int32_t input_channels;
    int32_t filter_height;
    int32_t filter_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t pad_top;
    int32_t pad_left;
    int32_t lead;              /* columns of zero points left of the image */
    const int32_t *bias;       /* by phase and output channel, the input's zero point folded in */
    const int32_t *multiplier; /* by output channel, 31-bit fraction */
    const int8_t *shift;       /* by output channel, see weft/linear.h */
    int32_t output_zero_point; /* -128 to 127 */
    int32_t activation_min;    /* least output, -128 or more */
    int32_t activation_max;    /* greatest output, 127 or less */
    int32_t output_step;       /* output bytes from one pixel to the next */
} weft_transpose_conv_s8_params;

/* Of int16 images. */
typedef struct {
    const int8_t *weights; /* as above */
    const int32_t *starts;
    int32_t output_width;
    int32_t output_channels;
    int32_t input_channels;
    int32_t filter_height;
    int32_t filter_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t pad_top;
    int32_t pad_left;
    int32_t lead;
    const int64_t *bias;       /* by output channel, below 2^47 */
    const int32_t *multiplier; /* by output channel, 15 bits */
    const int8_t *shift;       /* by output channel, to the right */
    int32_t rounds_once;       /* 1 */
    int32_t activation_min;    /* least output, -32768 or more */
    int32_t activation_max;    /* greatest output, 32767 or less */
    int32_t products_fit;      /* whether those of any sum fit an int32 */
    int32_t output_step;       /* elements from one output pixel to the next */
} weft_transpose_conv_s16_params;

/* Taps of a phase, of rows or of columns; one, of weight 0, where there is none. */
static inline int32_t weft_phase_taps(int32_t size, int32_t stride, int32_t phase)
{
    return size > phase ? (size - phase + stride - 1) / stride : 1;
}

/* The input rows are as many as the phase with the most taps has; of the others the last ones. */
void weft_transpose_conv_s8(const weft_transpose_conv_s8_params *p, const weft_step *s);
void weft_transpose_conv_s16(const weft_transpose_conv_s16_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
