/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_CONV_2D_S8_H
#define WEFT_CONV_2D_S8_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A 2-D convolution; made by codegen/weft/ops/weighted/conv_2d.py.
 *
 * A row of the filter is read in runs, stretches that are contiguous in the input: one run is
 * the whole row unless the filter is dilated or the channels are in groups.
 */
typedef struct {
    /* By group, in the order of weft/linear.h, (run, row, element) each. int4 weights lie two in a
     * byte in the same order; a run of a channel that is on its own starts with a new byte. */
    const int8_t *weights;
    const int32_t *bias;       /* by output channel, the input's zero point folded in */
    const int32_t *multiplier; /* by output channel, 31-bit fraction */
    const int8_t *shift;       /* by output channel, see weft/linear.h */
    int32_t output_zero_point; /* -128 to 127 */
    int32_t activation_min;    /* least output, -128 or more */
    int32_t activation_max;    /* greatest output, 127 or less */
    int32_t output_width;
    int32_t output_channels;
    int32_t output_step; /* output bytes from one pixel to the next */
    int32_t pixel_step;  /* input bytes from one output pixel's window to the next */
    int32_t filter_height;
    int32_t dilation_height;
    int32_t runs;       /* in a row of the filter */
    int32_t run_length; /* bytes of a run; input channels of a group if there are groups */
    int32_t run_step;   /* input bytes from one run to the next */
    int32_t groups;
} weft_conv_2d_s8_params;

/* Weights of int8, or of int4. */
void weft_conv_2d_s8(const weft_conv_2d_s8_params *p, const weft_step *s);
void weft_conv_2d_s4(const weft_conv_2d_s8_params *p, const weft_step *s);

/* A row for kernels that are convolutions in part: `in` lists the rows of the filter, the first
 * window is `start` bytes from there, and the pixels of `out` are `next` bytes apart. The
 * activation is left to the caller. */
void weft_conv_2d_row_s8(const weft_conv_2d_s8_params *p, const int8_t *const *in, int32_t start,
                         int8_t *out, int32_t next);

#ifdef __cplusplus
}
#endif

#endif
