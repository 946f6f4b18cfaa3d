/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/conv_2d_s16.h"

#include "weft/linear.h"
#include "weft/wide.h"

/* A part of a window: some rows of a run, or a piece of one row. */
typedef struct {
    int32_t start; /* where in the input rows it starts, in elements */
    int32_t row;   /* of the filter */
    int32_t rows;
    int32_t length;
} part;

/* acc[0..3] = products of a window's part with `channels` channels, 4 or 1; acc[4..7] = those of
 * the next pixel's if `pixels` is 2. Weights lie as those of the part. */
WEFT_INLINE void products(const weft_conv_2d_s16_params *p, const int8_t *const *in,
                          const part *window, const int8_t *w, int32_t *acc, int32_t channels,
                          int32_t pixels)
{
    int32_t x0 = 0, x1 = 0, x2 = 0, x3 = 0, y0 = 0, y1 = 0, y2 = 0, y3 = 0;
    int32_t row = window->row * p->dilation_height;
    const int8_t *const w_end = w + channels * window->rows * window->length;
    do {
        const int16_t *x = weft_row_s16(in[row]) + window->start, *end = x + window->length;
        const int16_t *y = x + p->pixel_step;
        row += p->dilation_height;
        do {
            const int32_t a = *x++, b = pixels > 1 ? *y++ : 0;
            int32_t k = w[0];
            x0 += a * k, y0 += b * k;
            if (channels > 1) {
                k = w[1], x1 += a * k, y1 += b * k;
                k = w[2], x2 += a * k, y2 += b * k;
                k = w[3], x3 += a * k, y3 += b * k;
            }
            w += channels;
        } while (x != end);
    } while (w != w_end);
    acc[0] = x0, acc[1] = x1, acc[2] = x2, acc[3] = x3;
    acc[4] = y0, acc[5] = y1, acc[6] = y2, acc[7] = y3;
}

typedef void products_of(const weft_conv_2d_s16_params *p, const int8_t *const *in,
                         const part *window, const int8_t *w, int32_t *acc);

#define PRODUCTS(name, channels, pixels)                                                           \
    WEFT_LEAF void name(const weft_conv_2d_s16_params *p, const int8_t *const *in,                 \
                        const part *window, const int8_t *w, int32_t *acc)                         \
    {                                                                                              \
        products(p, in, window, w, acc, channels, pixels);                                         \
    }

PRODUCTS(products_1x1, 1, 1)
PRODUCTS(products_1x2, 1, 2)
PRODUCTS(products_4x1, 4, 1)
PRODUCTS(products_4x2, 4, 2)

/* sums[0..7] = all products of the windows of one or two neighbors with `channels` channels. */
static void windows(const weft_conv_2d_s16_params *p, const int8_t *const *in, int32_t start,
                    const int8_t *w, products_of *some, int32_t channels, int64_t *sums)
{
    part window = {start, 0, p->rows_at_once, p->piece};
    int32_t acc[8];
    for (int32_t i = 0; i < 8; i++) {
        sums[i] = 0;
    }
    for (int32_t run = 0; run < p->runs; run++, start += p->run_step) {
        for (window.row = 0; window.row < p->filter_height; window.row += window.rows) {
            for (int32_t at = 0; at < p->run_length; at += window.length) {
                const int32_t left = p->run_length - at;
                window.start = start + at;
                window.length = left < p->piece ? left : p->piece;
                some(p, in, &window, w, acc);
                w += channels * window.rows * window.length;
                for (int32_t i = 0; i < 8; i++) {
                    sums[i] += acc[i];
                }
            }
        }
    }
}

/* The same where a single part is all of a window, most often so. */
static void single_parts(const weft_conv_2d_s16_params *p, const int8_t *const *in, int32_t start,
                         const int8_t *w, products_of *all, int64_t *sums)
{
    const part window = {start, 0, p->filter_height, p->run_length};
    int32_t acc[8];
    all(p, in, &window, w, acc);
    for (int32_t i = 0; i < 8; i++) {
        sums[i] = acc[i];
    }
}

/* Outputs of some channels at a pixel. */
static void store(const weft_conv_2d_s16_params *p, int32_t channel, int32_t channels,
                  const int64_t *sums, int16_t *out)
{
    for (int32_t i = 0; i < channels; i++) {
        const int32_t c = channel + i;
        out[c] = weft_output_s16(sums[i] + p->bias[c], p->multiplier[c], p->shift[c],
                                 p->rounds_once, p->activation_min, p->activation_max);
    }
}

/* An output row of some channels, 4 or 1, two pixels at a time. `start`: first input channel. */
static void channels_of_row(const weft_conv_2d_s16_params *p, const int8_t *const *in,
                            int32_t start, int32_t channel, int32_t channels, const int8_t *w,
                            int16_t *out, int32_t next)
{
    const int single =
        p->runs == 1 && p->rows_at_once == p->filter_height && p->piece == p->run_length;
    for (int32_t left = p->output_width; left > 0; left -= 2) {
        products_of *const one = channels > 1 ? products_4x1 : products_1x1;
        products_of *const two = channels > 1 ? products_4x2 : products_1x2;
        int64_t sums[8];
        if (single) {
            single_parts(p, in, start, w, left > 1 ? two : one, sums);
        } else {
            windows(p, in, start, w, left > 1 ? two : one, channels, sums);
        }
        store(p, channel, channels, sums, out);
        if (left > 1) {
            store(p, channel, channels, sums + 4, out + next);
        }
        start += 2 * p->pixel_step;
        out += 2 * next;
    }
}

void weft_conv_2d_row_s16(const weft_conv_2d_s16_params *p, const int8_t *const *in, int32_t first,
                          int16_t *out, int32_t next)
{
    const int32_t taps = p->filter_height * p->runs * p->run_length;
    const int8_t *weights = p->weights;
    int32_t channel = 0, count;
    for (int32_t group = 1; group <= p->groups; group++) {
        const int32_t start = first + (group - 1) * p->run_length;
        const int32_t end = p->output_channels / p->groups * group;
        for (; channel < end; channel += count, weights += count * taps) {
            count = channel + 4 <= end ? 4 : 1;
            channels_of_row(p, in, start, channel, count, weights, out, next);
        }
    }
}

void weft_conv_2d_s16(const weft_conv_2d_s16_params *p, const weft_step *s)
{
    weft_conv_2d_row_s16(p, s->in, 0, (int16_t *)(void *)s->out[0], p->output_step);
}
