/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/conv_2d_s8.h"

#include "weft/linear.h"

/* acc[0..3] += products of a window with four channels, acc[4..7] += those of the next pixel's
 * window; one run of each row of the filter. `in`: the rows; `start`: where in them the run
 * starts; `step`: elements at a time, 1, 3 or 4, a divisor of the run's length. */
WEFT_INLINE void window_2x4(const weft_conv_2d_s8_params *p, const int8_t *const *in, int32_t start,
                            const int8_t *w, const int32_t *from, int32_t *acc, int32_t step)
{
    int32_t x0 = from[0], x1 = from[1], x2 = from[2], x3 = from[3];
    int32_t y0 = x0, y1 = x1, y2 = x2, y3 = x3;
    int32_t a, b, k, row = 0;
    const int8_t *w_end = w + 4 * p->filter_height * p->run_length;
    do {
        const int8_t *x = in[row] + start, *y = x + p->pixel_step, *end = x + p->run_length;
        row += p->dilation_height;
        do {
#define ELEMENT(i)                                                                                 \
    a = x[i], b = y[i];                                                                            \
    k = w[4 * (i)], x0 += a * k, y0 += b * k;                                                      \
    k = w[4 * (i) + 1], x1 += a * k, y1 += b * k;                                                  \
    k = w[4 * (i) + 2], x2 += a * k, y2 += b * k;                                                  \
    k = w[4 * (i) + 3], x3 += a * k, y3 += b * k
            ELEMENT(0);
            if (step > 1) {
                ELEMENT(1);
                ELEMENT(2);
            }
            if (step > 3) {
                ELEMENT(3);
            }
#undef ELEMENT
            w += 4 * step;
            x += step;
            y += step;
        } while (x != end);
    } while (w != w_end);
    acc[0] = x0, acc[1] = x1, acc[2] = x2, acc[3] = x3;
    acc[4] = y0, acc[5] = y1, acc[6] = y2, acc[7] = y3;
}

typedef void products(const weft_conv_2d_s8_params *p, const int8_t *const *in, int32_t start,
                      const int8_t *w, const int32_t *from, int32_t *acc);

WEFT_LEAF void by_1(const weft_conv_2d_s8_params *p, const int8_t *const *in, int32_t start,
                    const int8_t *w, const int32_t *from, int32_t *acc)
{
    window_2x4(p, in, start, w, from, acc, 1);
}

WEFT_LEAF void by_3(const weft_conv_2d_s8_params *p, const int8_t *const *in, int32_t start,
                    const int8_t *w, const int32_t *from, int32_t *acc)
{
    window_2x4(p, in, start, w, from, acc, 3);
}

WEFT_LEAF void by_4(const weft_conv_2d_s8_params *p, const int8_t *const *in, int32_t start,
                    const int8_t *w, const int32_t *from, int32_t *acc)
{
    window_2x4(p, in, start, w, from, acc, 4);
}

/* acc[0..3] as by_4 and its like. */
static void one_pixel(const weft_conv_2d_s8_params *p, const int8_t *const *in, int32_t start,
                      const int8_t *w, const int32_t *from, int32_t *acc)
{
    for (int32_t i = 0; i < 4; i++) {
        acc[i] = acc[i + 4] = from[i];
    }
    for (int32_t row = 0; row < p->filter_height; row++) {
        weft_dot_1x4(acc, in[row * p->dilation_height] + start, w, p->run_length);
        w += 4 * p->run_length;
    }
}

/* acc[0..7] += products with the runs behind the first. */
WEFT_LEAF void add_runs(const weft_conv_2d_s8_params *p, const weft_step *s, int32_t start,
                        const int8_t *w, products *sums, int32_t *acc)
{
    static const int32_t from[4] = {0};
    for (int32_t run = 1; run < p->runs; run++) {
        int32_t more[8] = {0};
        start += p->run_step;
        w += 4 * p->filter_height * p->run_length;
        sums(p, s->in, start, w, from, more);
        for (int32_t i = 0; i < 8; i++) {
            acc[i] += more[i];
        }
    }
}

/* Outputs of four channels at one or two pixels. */
static void store(const weft_conv_2d_s8_params *p, int32_t channel, int32_t pixels,
                  const int32_t *acc, int8_t *out)
{
    const int32_t *multiplier = p->multiplier + channel;
    const int8_t *shift = p->shift + channel;
    const int32_t zero_point = p->output_zero_point;
    int8_t *next = pixels > 1 ? out + p->output_channels : out;
    for (int32_t i = 0; i < 4; i++) {
        const int32_t m = multiplier[i], e = shift[i];
        next[i] = weft_channel_output_s8(acc[i + 4], m, e, zero_point);
        out[i] = weft_channel_output_s8(acc[i], m, e, zero_point);
    }
}

/* An output row of four channels, two pixels at a time. `start`: first input channel. */
static void four_channels(const weft_conv_2d_s8_params *p, const weft_step *s, int32_t start,
                          int32_t channel, const int8_t *weights)
{
    products *const two = p->run_length % 4 == 0 ? by_4 : p->run_length % 3 == 0 ? by_3 : by_1;
    const int32_t *bias = p->bias + channel;
    int8_t *out = s->out[0] + channel;
    for (int32_t left = p->output_width; left > 0; left -= 2) {
        products *const sums = left > 1 ? two : one_pixel;
        int32_t acc[8];
        sums(p, s->in, start, weights, bias, acc);
        if (p->runs > 1) {
            add_runs(p, s, start, weights, sums, acc);
        }
        store(p, channel, left, acc, out);
        start += 2 * p->pixel_step;
        out += 2 * p->output_channels;
    }
}

/* An output row of one channel: what is left of a group when fours are done. */
static void one_channel(const weft_conv_2d_s8_params *p, const weft_step *s, int32_t start,
                        int32_t channel, const int8_t *weights)
{
    int8_t *out = s->out[0] + channel;
    for (int32_t left = p->output_width; left > 0; left--, start += p->pixel_step) {
        int32_t acc = p->bias[channel];
        const int8_t *w = weights;
        for (int32_t run = 0, at = start; run < p->runs; run++, at += p->run_step) {
            for (int32_t row = 0; row < p->filter_height; row++, w += p->run_length) {
                acc += weft_dot(s->in[row * p->dilation_height] + at, w, p->run_length);
            }
        }
        *out = weft_channel_output_s8(acc, p->multiplier[channel], p->shift[channel],
                                      p->output_zero_point);
        out += p->output_channels;
    }
}

void weft_conv_2d_s8(const weft_conv_2d_s8_params *p, const weft_step *s)
{
    const int32_t taps = p->filter_height * p->runs * p->run_length;
    const int8_t *weights = p->weights;
    int32_t channel = 0;
    for (int32_t group = 1; group <= p->groups; group++) {
        int32_t start = (group - 1) * p->run_length;
        int32_t end = p->output_channels / p->groups * group;
        for (; channel + 4 <= end; channel += 4, weights += 4 * taps) {
            four_channels(p, s, start, channel, weights);
        }
        for (; channel < end; channel++, weights += taps) {
            one_channel(p, s, start, channel, weights);
        }
    }
    weft_clamp_row(s->out[0], p->output_width * p->output_channels, p->activation_min,
                   p->activation_max);
}
