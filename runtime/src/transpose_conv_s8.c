/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/conv_2d_s8.h"
#include "weft/linear.h"
#include "weft/transpose_conv.h"

/* The convolution that makes every output pixel of a row from pixel `first` of a stride on. */
static void phase(const weft_transpose_conv_s8_params *p, const weft_step *s, int32_t first)
{
    const int32_t y = (s->index + p->pad_top) % p->stride_height;
    const int32_t x = (first + p->pad_left) % p->stride_width;
    const int32_t number = y * p->stride_width + x;
    const int32_t most = weft_phase_taps(p->filter_height, p->stride_height, 0);
    const int32_t rows = weft_phase_taps(p->filter_height, p->stride_height, y);
    const int32_t columns = weft_phase_taps(p->filter_width, p->stride_width, x);
    const int32_t start = p->lead + (first + p->pad_left) / p->stride_width - (columns - 1);
    const weft_conv_2d_s8_params conv = {
        .weights = p->weights + p->starts[number],
        .bias = p->bias + number * p->output_channels,
        .multiplier = p->multiplier,
        .shift = p->shift,
        .output_zero_point = p->output_zero_point,
        .output_width = (p->output_width - first + p->stride_width - 1) / p->stride_width,
        .output_channels = p->output_channels,
        .pixel_step = p->input_channels,
        .filter_height = rows,
        .dilation_height = 1,
        .runs = 1,
        .run_length = columns * p->input_channels,
        .groups = 1,
    };
    weft_conv_2d_row_s8(&conv, s->in + (most - rows), start * p->input_channels,
                        s->out[0] + first * p->output_step, p->stride_width * p->output_step);
}

void weft_transpose_conv_s8(const weft_transpose_conv_s8_params *p, const weft_step *s)
{
    for (int32_t first = 0; first < p->stride_width && first < p->output_width; first++) {
        phase(p, s, first);
    }
    weft_clamp_pixels(s->out[0], p->output_width, p->output_channels, p->output_step,
                      p->activation_min, p->activation_max);
}
