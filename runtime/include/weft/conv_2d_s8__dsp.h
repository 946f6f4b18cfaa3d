/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_CONV_2D_S8_DSP_H
#define WEFT_CONV_2D_S8_DSP_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A 2-D convolution for cores with DSP instructions; made by codegen/weft/ops/pair_packing.py.
 *
 * The window of an output is read in runs, stretches that are contiguous in the input: one for
 * each row of the filter, or for each of its columns too where it is dilated. A vector is a matrix
 * of width 1, so this multiplies matrices and vectors as well.
 */
typedef struct {
    const uint32_t *weights; /* by four output channels, see weft/pair_gemm.h */
    int32_t block_size;      /* words of weights for four channels */
    int32_t pairs;           /* of inputs that a sum takes */
    int32_t shift;           /* of every output, or -1: each channel has its own */
    int32_t activation_min;  /* least output, -128 or more */
    int32_t activation_max;  /* greatest output, 127 or less */
    int32_t output_width;
    int32_t output_channels;
    int32_t pixel_step; /* input bytes from one output pixel's window to the next */
    int32_t filter_height;
    int32_t dilation_height;
    int32_t runs;       /* in a row of the filter */
    int32_t run_length; /* bytes of a run */
    int32_t run_step;   /* input bytes from one run to the next */
} weft_conv_2d_s8_dsp_params;

/* Scratch: 8 bytes for each pair; where run_length is not a multiple of 4, two times the rest of
 * all runs, rounded up to a multiple of 4, too. */
void weft_conv_2d_s8_dsp(const weft_conv_2d_s8_dsp_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
