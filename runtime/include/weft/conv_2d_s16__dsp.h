/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_CONV_2D_S16_DSP_H
#define WEFT_CONV_2D_S16_DSP_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A 2-D convolution of int16 images with int8 weights for cores with DSP instructions, where no sum
 * leaves 32 bits; made by codegen/weft/ops/weighted/wide_pairs.py. A matrix times vectors is a
 * filter of one position, with a vector as a pixel.
 *
 * Two outputs are made at a time: neighbors in a column if a step has two rows, else in the row.
 * The window of an output is read in runs, stretches that are contiguous in the input. They become
 * pairs: two elements each, run by run, then, where runs are odd, the last elements of all runs.
 */
typedef struct {
    const uint32_t *weights; /* by group, blocks of four channels each, see weft/wide_pairs.h */
    uint32_t how;            /* sums become outputs: WEFT_WIDE_ONCE, WEFT_WIDE_RELU */
    int32_t clamps;          /* whether the activation limits outputs in another way, too: */
    int32_t activation_min;  /* least output, -32768 or more */
    int32_t activation_max;  /* greatest output, 32767 or less */
    int32_t vectors;         /* pixels at a time, 2, or 1 where scratch is short */
    int32_t pairs;           /* of inputs that a sum takes, an even number */
    int32_t runs;            /* in a row of the filter */
    int32_t run_length;      /* elements of a run */
    int32_t output_width;
    int32_t output_channels; /* of a group */
    int32_t output_step;     /* elements from one output pixel to the next */
    int32_t groups;
    int32_t pixel_step; /* elements from one output pixel's window to the next */
    int32_t row_step;   /* input rows from one output row's window to the next */
    int32_t filter_height;
    int32_t dilation_height;
    int32_t run_step; /* elements from one run to the next */
} weft_conv_2d_s16_dsp_params;

/* One or two rows, two only where two pixels are made at a time. Scratch: 4 bytes for each pair of
 * a sum and each of these pixels. */
void weft_conv_2d_s16_dsp(const weft_conv_2d_s16_dsp_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
