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
 * Two outputs are made at a time: neighbors in a column if a step has two rows, else in the row.
 * The window of an output is read in runs, stretches that are contiguous in the input: one for
 * each row of the filter, or one for each of its positions. A matrix times vectors is a filter of
 * one position, with a vector as a pixel.
 */
typedef struct {
    const uint32_t *weights; /* of four output channels each, see weft/pair_gemm.h */
    int32_t block_size;      /* words of weights for four channels */
    int32_t pairs;           /* of inputs that a sum takes */
    int32_t shift;           /* of every output, or -1: each channel has its own */
    int32_t activation_min;  /* least output, -128 or more */
    int32_t activation_max;  /* greatest output, 127 or less */
    int32_t output_width;
    int32_t output_channels;
    int32_t pixel_step; /* input bytes from one output pixel's window to the next */
    int32_t row_step;   /* input rows from one output row's window to the next */
    int32_t filter_height;
    int32_t dilation_height;
    int32_t runs;       /* in a row of the filter */
    int32_t run_length; /* bytes of a run */
    int32_t run_step;   /* input bytes from one run to the next */
    int32_t columns;    /* of windows that fit scratch at a time, or 0: windows share nothing */
} weft_conv_2d_s8_dsp_params;

/* One or two rows. Scratch: 8 bytes for each pair, more by the columns that fit beyond one window;
 * where run_length is not a multiple of 4, also two times the rest of all runs, rounded up to a
 * multiple of 4. */
void weft_conv_2d_s8_dsp(const weft_conv_2d_s8_dsp_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
