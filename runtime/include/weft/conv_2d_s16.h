/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_CONV_2D_S16_H
#define WEFT_CONV_2D_S16_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A 2-D convolution of int16 images with int8 weights; made by
 * codegen/weft/ops/weighted/conv_2d.py. A matrix times vectors is a filter of one position, with a
 * vector as a pixel. Runs are those of weft/conv_2d_s8.h. */
typedef struct {
    const int8_t *weights; /* by group, in the order of weft/linear.h, (run, row, element) each */
    const int64_t *bias;   /* by output channel, below 2^47 */
    const int32_t *multiplier; /* by output channel; 15 bits if rounded once, else 31 bits */
    const int8_t *shift;       /* by output channel; right if rounded once, else the scaling's */
    int32_t rounds_once;
    int32_t activation_min; /* least output, -32768 or more */
    int32_t activation_max; /* greatest output, 32767 or less */
    int32_t output_width;
    int32_t output_channels;
    int32_t output_step; /* elements from one output pixel to the next */
    int32_t pixel_step;  /* elements from one output pixel's window to the next */
    int32_t filter_height;
    int32_t dilation_height;
    int32_t runs;       /* in a row of the filter */
    int32_t run_length; /* elements of a run; input channels of a group if there are groups */
    int32_t run_step;   /* elements from one run to the next */
    int32_t
        rows_at_once; /* rows of the filter whose products with a piece fit an int32: all, or 1 */
    int32_t piece;    /* elements of a run at a time; all, unless rows_at_once is 1 */
    int32_t groups;
} weft_conv_2d_s16_params;

void weft_conv_2d_s16(const weft_conv_2d_s16_params *p, const weft_step *s);

/* A row for kernels that are convolutions in part: `in` lists the rows of the filter, the first
 * window is `start` elements from there, and the pixels of `out` are `next` elements apart.
 */
void weft_conv_2d_row_s16(const weft_conv_2d_s16_params *p, const int8_t *const *in, int32_t start,
                          int16_t *out, int32_t next);

#ifdef __cplusplus
}
#endif

#endif
