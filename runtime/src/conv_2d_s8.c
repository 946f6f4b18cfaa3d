/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/conv_2d_s8.h"

#include "weft/linear.h"

static void store(const weft_conv_2d_s8_params *p, int32_t channel, int32_t count,
                  const int32_t *acc, int8_t *out)
{
    const int32_t *multiplier = p->multiplier + channel;
    const int8_t *shift = p->shift + channel;
    const int32_t zero_point = p->output_zero_point;
    const int32_t lo = p->activation_min, hi = p->activation_max;
    for (int32_t i = 0; i < count; i++) {
        out[i] = weft_output_s8(acc[i], multiplier[i], shift[i], zero_point, lo, hi);
    }
}

/* An output row of four channels, two pixels at a time. `start`: first input channel. */
static void four_channels(const weft_conv_2d_s8_params *p, const weft_step *s, int32_t start,
                          int32_t channel, const int8_t *weights)
{
    const int32_t *bias = p->bias + channel;
    int8_t *out = s->out[0] + channel;
    for (int32_t left = p->output_width; left > 0; left -= 2, start += 2 * p->pixel_step) {
        int32_t acc[8] = {bias[0], bias[1], bias[2], bias[3], bias[0], bias[1], bias[2], bias[3]};
        const int8_t *w = weights;
        for (int32_t row = 0; row < p->filter_height; row++) {
            const int8_t *x = s->in[row * p->dilation_height] + start;
            for (int32_t run = 0; run < p->runs; run++) {
                if (left > 1) {
                    weft_dot_2x4(acc, x, x + p->pixel_step, w, p->run_length);
                } else {
                    weft_dot_1x4(acc, x, w, p->run_length);
                }
                x += p->run_step;
                w += 4 * p->run_length;
            }
        }
        store(p, channel, 4, acc, out);
        out += p->output_channels;
        if (left > 1) {
            store(p, channel, 4, acc + 4, out);
            out += p->output_channels;
        }
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
        for (int32_t row = 0; row < p->filter_height; row++) {
            const int8_t *x = s->in[row * p->dilation_height] + start;
            for (int32_t run = 0; run < p->runs; run++) {
                acc += weft_dot(x, w, p->run_length);
                x += p->run_step;
                w += p->run_length;
            }
        }
        store(p, channel, 1, &acc, out);
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
}
