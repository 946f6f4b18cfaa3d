/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_CONV_2D_S8_DSP_H
#define WEFT_CONV_2D_S8_DSP_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A 2-D convolution for cores with DSP instructions; made by
 * codegen/weft/ops/weighted/pair_packing.py.
 *
 * Two outputs are made at a time: neighbors in a column if a step has two rows, else from the left
 * and the right half of the row. The window of an output is read in runs, stretches that are
 * contiguous in the input: one for each row of the filter, or one for each of its positions. A
 * matrix times vectors is a filter of one position, with a vector as a pixel.
 *
 * A run becomes pairs (weft/pair_unpack.h) word by word: run_words words, then, if run_last is not
 * 0, one more from there, which repeats bytes that have weights of 0 then. The run_rest bytes
 * behind the words of all runs are taken together, as words of their own.
 */
typedef struct {
    const uint32_t *weights; /* of four output channels each, see weft/pair_gemm.h */
    int32_t first_block;     /* words of weights for the last four channels */
    int32_t weights_size;    /* words of weights for all channels */
    int32_t exact;           /* of the last pixels behind which up to three outputs find no place */
    int32_t tail_apart;      /* whether all channels have the same tail; it is behind the weights */
    int32_t pairs;           /* of inputs that a sum takes */
    int32_t activation_min;  /* least output, -128 or more */
    int32_t activation_max;  /* greatest output, 127 or less */
    int32_t runs;            /* in a row of the filter */
    int32_t run_words;       /* of a run, whole ones */
    int32_t run_last;        /* byte of a run, or 0 */
    int32_t run_rest;        /* bytes, 0 to 3 */
    int32_t tile; /* windows that scratch holds at a time, for each of two vectors; 0 for one where
                     windows are an even number of words that follow each other */
    int32_t shared; /* runs of a window that its right neighbor has, too; they stay in scratch */
    int32_t output_width;
    int32_t output_channels;
    int32_t output_step; /* output bytes from one pixel to the next */
    int32_t pixel_step;  /* input bytes from one output pixel's window to the next */
    int32_t row_step;    /* input rows from one output row's window to the next */
    int32_t filter_height;
    int32_t dilation_height;
    int32_t run_step; /* input bytes from one run to the next */
} weft_conv_2d_s8_dsp_params;

/* One or two rows. Scratch: 16 bytes for each word of `tile` windows of a row, or of one window if
 * that is 0; neighbors share the words of `shared` runs. */
void weft_conv_2d_s8_dsp(const weft_conv_2d_s8_dsp_params *p, const weft_step *s);

/* The same for sums that may be 2^23 or more, but are below 2^30; the weights are as in
 * weft/pair_pieces.h. */
void weft_conv_2d_pieces_s8_dsp(const weft_conv_2d_s8_dsp_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
