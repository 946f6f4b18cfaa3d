/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/conv_2d_s16.h"
#include "weft/transpose_conv.h"
#include "weft/wide.h"

/* The convolution that makes every output pixel of a row from pixel `first` of a stride on. */
static void phase(const weft_transpose_conv_s16_params *p, const weft_step *s, int32_t first)
{
    const int32_t y = (s->index + p->pad_top) % p->stride_height;
    const int32_t x = (first + p->pad_left) % p->stride_width;
    const int32_t most = weft_phase_taps(p->filter_height, p->stride_height, 0);
    const int32_t rows = weft_phase_taps(p->filter_height, p->stride_height, y);
    const int32_t columns = weft_phase_taps(p->filter_width, p->stride_width, x);
    const int32_t start = p->lead + (first + p->pad_left) / p->stride_width - (columns - 1);
    const int32_t length = columns * p->input_channels;
    const weft_conv_2d_s16_params conv = {
        .weights = p->weights + p->starts[y * p->stride_width + x],
        .bias = p->bias,
        .multiplier = p->multiplier,
        .shift = p->shift,
        .rounds_once = p->rounds_once,
        .activation_min = p->activation_min,
        .activation_max = p->activation_max,
        .output_width = (p->output_width - first + p->stride_width - 1) / p->stride_width,
        .output_channels = p->output_channels,
        .pixel_step = p->input_channels,
        .filter_height = rows,
        .dilation_height = 1,
        .runs = 1,
        .run_length = length,
        .rows_at_once = p->products_fit ? rows : 1,
        .piece = p->products_fit || length < WEFT_WIDE_PIECE ? length : WEFT_WIDE_PIECE,
        .groups = 1,
    };
    int16_t *row = (int16_t *)(void *)s->out[0];
    weft_conv_2d_row_s16(&conv, s->in + (most - rows), start * p->input_channels,
                         row + first * p->output_step, p->stride_width * p->output_step);
}

void weft_transpose_conv_s16(const weft_transpose_conv_s16_params *p, const weft_step *s)
{
    for (int32_t first = 0; first < p->stride_width && first < p->output_width; first++) {
        phase(p, s, first);
    }
}
