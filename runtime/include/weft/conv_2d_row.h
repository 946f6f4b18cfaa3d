/* SPDX-License-Identifier: Apache-2.0
 *
 * An output row of a 2-D convolution: the body of the kernels for int8 weights (`bits` is 8) and
 * for int4 weights, two in a byte (4).
 *
 * int4 weights are taken apart where they are multiplied: two of them share a byte that is loaded
 * once, which costs little more than the second load would. Unpacking them to scratch first would
 * take RAM, and pay only for rows of many pixels.
 */
#ifndef WEFT_CONV_2D_ROW_H
#define WEFT_CONV_2D_ROW_H

#include "weft/conv_2d_s8.h"
#include "weft/linear.h"

/* acc[0..3] += products of a window with four channels, acc[4..7] += those of the next pixel's
 * window; one run of each row of the filter. `in`: the rows; `start`: where in them the run
 * starts; `step`: elements at a time, 1, 3 or 4, a divisor of the run's length. */
WEFT_INLINE void weft_window_2x4(const weft_conv_2d_s8_params *p, const int8_t *const *in,
                                 int32_t start, const int8_t *w, const int32_t *from, int32_t *acc,
                                 int32_t step, int32_t bits)
{
    int32_t x0 = from[0], x1 = from[1], x2 = from[2], x3 = from[3];
    int32_t y0 = x0, y1 = x1, y2 = x2, y3 = x3;
    int32_t a, b, k, row = 0;
    const int8_t *w_end = w + bits / 2 * p->filter_height * p->run_length;
    do {
        const int8_t *x = in[row] + start, *y = x + p->pixel_step, *end = x + p->run_length;
        row += p->dilation_height;
        do {
#define ELEMENT(i)                                                                                 \
    a = x[i], b = y[i];                                                                            \
    k = weft_weight(w, 4 * (i), bits), x0 += a * k, y0 += b * k;                                   \
    k = weft_weight(w, 4 * (i) + 1, bits), x1 += a * k, y1 += b * k;                               \
    k = weft_weight(w, 4 * (i) + 2, bits), x2 += a * k, y2 += b * k;                               \
    k = weft_weight(w, 4 * (i) + 3, bits), x3 += a * k, y3 += b * k
            ELEMENT(0);
            if (step > 1) {
                ELEMENT(1);
                ELEMENT(2);
            }
            if (step > 3) {
                ELEMENT(3);
            }
#undef ELEMENT
            w += bits / 2 * step;
            x += step;
            y += step;
        } while (x != end);
    } while (w != w_end);
    acc[0] = x0, acc[1] = x1, acc[2] = x2, acc[3] = x3;
    acc[4] = y0, acc[5] = y1, acc[6] = y2, acc[7] = y3;
}

typedef void weft_window(const weft_conv_2d_s8_params *p, const int8_t *const *in, int32_t start,
                         const int8_t *w, const int32_t *from, int32_t *acc);

#define WEFT_WINDOW(leaf, name, step, bits)                                                        \
    leaf void name(const weft_conv_2d_s8_params *p, const int8_t *const *in, int32_t start,        \
                   const int8_t *w, const int32_t *from, int32_t *acc)                             \
    {                                                                                              \
        weft_window_2x4(p, in, start, w, from, acc, step, bits);                                   \
    }

WEFT_WINDOW(WEFT_LEAF, weft_window_by_1, 1, 8)
WEFT_WINDOW(WEFT_LEAF, weft_window_by_3, 3, 8)
WEFT_WINDOW(WEFT_LEAF, weft_window_by_4, 4, 8)
WEFT_WINDOW(WEFT_CROWDED_LEAF, weft_window_by_1_s4, 1, 4)
WEFT_WINDOW(WEFT_CROWDED_LEAF, weft_window_by_3_s4, 3, 4)
WEFT_WINDOW(WEFT_CROWDED_LEAF, weft_window_by_4_s4, 4, 4)

#undef WEFT_WINDOW

/* acc[0..3] as weft_window_2x4. */
WEFT_INLINE void weft_window_1x4(const weft_conv_2d_s8_params *p, const int8_t *const *in,
                                 int32_t start, const int8_t *w, const int32_t *from, int32_t *acc,
                                 int32_t bits)
{
    for (int32_t i = 0; i < 4; i++) {
        acc[i] = acc[i + 4] = from[i];
    }
    for (int32_t row = 0; row < p->filter_height; row++) {
        const int8_t *x = in[row * p->dilation_height] + start;
        if (bits == 8) {
            weft_dot_1x4(acc, x, w, p->run_length);
        } else {
            weft_dot_1x4_s4(acc, x, w, p->run_length);
        }
        w += bits / 2 * p->run_length;
    }
}

static inline void weft_window_one(const weft_conv_2d_s8_params *p, const int8_t *const *in,
                                   int32_t start, const int8_t *w, const int32_t *from,
                                   int32_t *acc)
{
    weft_window_1x4(p, in, start, w, from, acc, 8);
}

static inline void weft_window_one_s4(const weft_conv_2d_s8_params *p, const int8_t *const *in,
                                      int32_t start, const int8_t *w, const int32_t *from,
                                      int32_t *acc)
{
    weft_window_1x4(p, in, start, w, from, acc, 4);
}

/* acc[0..7] += products with the runs behind the first. */
WEFT_LEAF void weft_add_runs(const weft_conv_2d_s8_params *p, const int8_t *const *in,
                             int32_t start, const int8_t *w, int32_t bits, weft_window *sums,
                             int32_t *acc)
{
    static const int32_t from[4] = {0};
    for (int32_t run = 1; run < p->runs; run++) {
        int32_t more[8] = {0};
        start += p->run_step;
        w += bits / 2 * p->filter_height * p->run_length;
        sums(p, in, start, w, from, more);
        for (int32_t i = 0; i < 8; i++) {
            acc[i] += more[i];
        }
    }
}

/* Outputs of four channels at one or two pixels that are `next` bytes apart. */
static inline void weft_store_2x4(const weft_conv_2d_s8_params *p, int32_t channel, int32_t pixels,
                                  const int32_t *acc, int8_t *out, int32_t next)
{
    const int32_t *multiplier = p->multiplier + channel;
    const int8_t *shift = p->shift + channel;
    const int32_t zero_point = p->output_zero_point;
    int8_t *second = pixels > 1 ? out + next : out;
    for (int32_t i = 0; i < 4; i++) {
        const int32_t m = multiplier[i], e = shift[i];
        second[i] = weft_channel_output_s8(acc[i + 4], m, e, zero_point);
        out[i] = weft_channel_output_s8(acc[i], m, e, zero_point);
    }
}

/* An output row of four channels, two pixels at a time. `start`: first input channel. */
WEFT_INLINE void weft_row_of_four(const weft_conv_2d_s8_params *p, const int8_t *const *in,
                                  int32_t start, int32_t channel, const int8_t *weights,
                                  int8_t *out, int32_t next, int32_t bits)
{
    const int32_t n = p->run_length;
    weft_window *const by_1 = bits == 8 ? weft_window_by_1 : weft_window_by_1_s4;
    weft_window *const by_3 = bits == 8 ? weft_window_by_3 : weft_window_by_3_s4;
    weft_window *const by_4 = bits == 8 ? weft_window_by_4 : weft_window_by_4_s4;
    weft_window *const one = bits == 8 ? weft_window_one : weft_window_one_s4;
    weft_window *const two = n % 4 == 0 ? by_4 : n % 3 == 0 ? by_3 : by_1;
    const int32_t *bias = p->bias + channel;
    out += channel;
    for (int32_t left = p->output_width; left > 0; left -= 2) {
        weft_window *const sums = left > 1 ? two : one;
        int32_t acc[8];
        sums(p, in, start, weights, bias, acc);
        if (p->runs > 1) {
            weft_add_runs(p, in, start, weights, bits, sums, acc);
        }
        weft_store_2x4(p, channel, left, acc, out, next);
        start += 2 * p->pixel_step;
        out += 2 * next;
    }
}

/* An output row of one channel: what is left of a group when fours are done. Its int4 weights
 * begin with a byte of their own for each run of a row. */
WEFT_INLINE void weft_row_of_one(const weft_conv_2d_s8_params *p, const int8_t *const *in,
                                 int32_t start, int32_t channel, const int8_t *weights, int8_t *out,
                                 int32_t next, int32_t bits)
{
    const int32_t n = p->run_length;
    out += channel;
    for (int32_t left = p->output_width; left > 0; left--, start += p->pixel_step) {
        int32_t acc = p->bias[channel];
        const int8_t *w = weights;
        for (int32_t run = 0, at = start; run < p->runs; run++, at += p->run_step) {
            for (int32_t row = 0; row < p->filter_height; row++) {
                const int8_t *x = in[row * p->dilation_height] + at;
                acc += bits == 8 ? weft_dot(x, w, n) : weft_dot_s4(x, w, n);
                w += weft_weight_bytes(n, bits);
            }
        }
        *out = weft_channel_output_s8(acc, p->multiplier[channel], p->shift[channel],
                                      p->output_zero_point);
        out += next;
    }
}

/* All channels of an output row whose pixels are `next` bytes apart, before the activation.
 * `first`: where in the input rows the first window starts. */
WEFT_INLINE void weft_conv_2d_row(const weft_conv_2d_s8_params *p, const int8_t *const *in,
                                  int32_t first, int8_t *out, int32_t next, int32_t bits)
{
    const int32_t runs = p->filter_height * p->runs;
    const int8_t *weights = p->weights;
    int32_t channel = 0;
    for (int32_t group = 1; group <= p->groups; group++) {
        int32_t start = first + (group - 1) * p->run_length;
        int32_t end = p->output_channels / p->groups * group;
        for (; channel + 4 <= end; channel += 4) {
            weft_row_of_four(p, in, start, channel, weights, out, next, bits);
            weights += bits / 2 * runs * p->run_length;
        }
        for (; channel < end; channel++) {
            weft_row_of_one(p, in, start, channel, weights, out, next, bits);
            weights += runs * weft_weight_bytes(p->run_length, bits);
        }
    }
}

#endif
