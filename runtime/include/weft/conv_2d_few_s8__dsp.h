/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_CONV_2D_FEW_S8_DSP_H
#define WEFT_CONV_2D_FEW_S8_DSP_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A 2-D convolution to so few channels that packed pairs would leave most of a block, for cores
 * with DSP instructions: channel by channel, for any weights whose sums are below 2^30. Made by
 * codegen/weft/ops/weighted/conv_few.py.
 *
 * Windows are read in runs, as in weft/conv_2d_s8__dsp.h, but where they are: run_words words and,
 * if run_last is not 0, one more from there, which repeats bytes that have weights of 0 then. Runs
 * that are shorter than a word are run_rest bytes.
 */
typedef struct {
    const uint32_t *weights;  /* by channel, row and run: two pairs (weft/simd.h) for each word */
    const uint32_t *channels; /* bias, multiplier, addend and shift of each */
    int32_t activation_min;
    int32_t activation_max;
    int32_t output_width;
    int32_t output_channels;
    int32_t output_step; /* output bytes from one pixel to the next */
    int32_t pixel_step;  /* input bytes from one output pixel's window to the next */
    int32_t filter_height;
    int32_t dilation_height;
    int32_t runs;     /* in a row of the filter */
    int32_t run_step; /* input bytes from one run to the next */
    int32_t run_words;
    int32_t run_last; /* byte of a run, or 0 */
    int32_t run_rest; /* bytes, 0 to 3 */
} weft_conv_2d_few_s8_dsp_params;

/* Scratch: 4 bytes for each pixel of an output row, and for one more. */
void weft_conv_2d_few_s8_dsp(const weft_conv_2d_few_s8_dsp_params *p, const weft_step *s);

/* The same for two channels together: weights are by row and run, for each word the first pair of
 * both channels and the second one. Scratch: 16 bytes for every two pixels of an output row. */
void weft_conv_2d_two_s8_dsp(const weft_conv_2d_few_s8_dsp_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
