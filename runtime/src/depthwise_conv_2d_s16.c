/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/depthwise_conv_2d_s16.h"

#include "weft/linear.h"
#include "weft/wide.h"

/* A part of a filter: some of its rows, or a piece of one row. */
typedef struct {
    int32_t row;
    int32_t rows;
    int32_t columns;
} part;

/* acc[0..3] = products of a part of one channel's filter with four pixels. `start` and `pixel`:
 * where in the input rows the first pixel's part starts, and the others from there. */
WEFT_LEAF void products(const weft_depthwise_conv_2d_s16_params *p, const int8_t *const *in,
                        const part *filter, int32_t start, const int32_t *pixel, const int8_t *w,
                        int32_t *acc)
{
    const int32_t p1 = pixel[0], p2 = pixel[1], p3 = pixel[2], step = p->tap_step;
    int32_t a0 = 0, a1 = 0, a2 = 0, a3 = 0;
    for (int32_t row = filter->row; row < filter->row + filter->rows; row++) {
        const int16_t *x = weft_row_s16(in[row * p->dilation_height]) + start;
        for (int32_t tap = filter->columns; tap > 0; tap--, x += step) {
            const int32_t k = *w++;
            a0 += x[0] * k;
            a1 += x[p1] * k;
            a2 += x[p2] * k;
            a3 += x[p3] * k;
        }
    }
    acc[0] = a0, acc[1] = a1, acc[2] = a2, acc[3] = a3;
}

/* sums[0..3] = all products of one channel's filter with four pixels. */
static void windows(const weft_depthwise_conv_2d_s16_params *p, const int8_t *const *in,
                    int32_t start, const int32_t *pixel, const int8_t *w, int64_t *sums)
{
    part filter = {0, p->rows_at_once, 0};
    for (int32_t i = 0; i < 4; i++) {
        sums[i] = 0;
    }
    for (; filter.row < p->filter_height; filter.row += filter.rows) {
        for (int32_t at = 0; at < p->filter_width; at += filter.columns) {
            const int32_t left = p->filter_width - at;
            int32_t acc[4];
            filter.columns = left < p->piece ? left : p->piece;
            products(p, in, &filter, start + at * p->tap_step, pixel, w, acc);
            w += filter.rows * filter.columns;
            for (int32_t i = 0; i < 4; i++) {
                sums[i] += acc[i];
            }
        }
    }
}

/* The same where a single part is all of the filter, most often so. */
static void single_parts(const weft_depthwise_conv_2d_s16_params *p, const int8_t *const *in,
                         int32_t start, const int32_t *pixel, const int8_t *w, int64_t *sums)
{
    const part filter = {0, p->filter_height, p->filter_width};
    int32_t acc[4];
    products(p, in, &filter, start, pixel, w, acc);
    for (int32_t i = 0; i < 4; i++) {
        sums[i] = acc[i];
    }
}

/* Outputs of a channel at `count` pixels. */
static void store(const weft_depthwise_conv_2d_s16_params *p, int32_t channel, int32_t count,
                  const int64_t *sums, int16_t *out)
{
    const int64_t bias = p->bias[channel];
    const int32_t m = p->multiplier[channel], e = p->shift[channel], once = p->rounds_once;
    for (int32_t i = 0; i < count; i++, out += p->output_step) {
        *out = weft_output_s16(sums[i] + bias, m, e, once, p->activation_min, p->activation_max);
    }
}

void weft_depthwise_conv_2d_s16(const weft_depthwise_conv_2d_s16_params *p, const weft_step *s)
{
    const int single = p->rows_at_once == p->filter_height && p->piece == p->filter_width;
    int16_t *row = (int16_t *)(void *)s->out[0];
    for (int32_t left = p->output_width, start = 0; left > 0; left -= 4) {
        /* The last group may be short: its last pixel is computed again instead of others. */
        const int32_t count = left < 4 ? left : 4;
        int32_t pixel[3];
        for (int32_t i = 0; i < 3; i++) {
            pixel[i] = (i + 1 < count ? i + 1 : count - 1) * p->pixel_step;
        }
        const int8_t *w = p->weights;
        int32_t input = start, use = p->depth_multiplier;
        for (int32_t channel = 0; channel < p->output_channels; channel++) {
            int64_t sums[4];
            (single ? single_parts : windows)(p, s->in, input, pixel, w, sums);
            store(p, channel, count, sums, row + channel);
            w += p->filter_height * p->filter_width;
            if (--use == 0) {
                use = p->depth_multiplier;
                input++;
            }
        }
        start += 4 * p->pixel_step;
        row += 4 * p->output_step;
    }
}
