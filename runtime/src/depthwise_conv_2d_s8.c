/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/depthwise_conv_2d_s8.h"

#include "weft/linear.h"

/* acc[0..3] += products of one channel's filter with four pixels. `in`: rows of the filter,
 * `start` and `pixel`: where in them the first pixel's window starts, and the others from there. */
WEFT_LEAF void four_pixels(const weft_depthwise_conv_2d_s8_params *p, const int8_t *const *in,
                           int32_t start, const int32_t *pixel, const int8_t *w, int32_t *acc)
{
    const int32_t p1 = pixel[0], p2 = pixel[1], p3 = pixel[2];
    const int32_t step = p->tap_step;
    int32_t a0 = acc[0], a1 = acc[1], a2 = acc[2], a3 = acc[3];
    for (int32_t row = 0; row < p->filter_height; row++) {
        const int8_t *x = in[row * p->dilation_height] + start;
        for (int32_t tap = p->filter_width; tap > 0; tap--, x += step) {
            int32_t k = *w++;
            a0 += x[0] * k;
            a1 += x[p1] * k;
            a2 += x[p2] * k;
            a3 += x[p3] * k;
        }
    }
    acc[0] = a0, acc[1] = a1, acc[2] = a2, acc[3] = a3;
}

void weft_depthwise_conv_2d_s8(const weft_depthwise_conv_2d_s8_params *p, const weft_step *s)
{
    for (int32_t left = p->output_width, start = 0, at = 0; left > 0; left -= 4) {
        /* The last group may be short: its last pixel is computed again instead of others. */
        const int32_t count = left < 4 ? left : 4;
        int32_t pixel[3];
        for (int32_t i = 0; i < 3; i++) {
            pixel[i] = (i + 1 < count ? i + 1 : count - 1) * p->pixel_step;
        }
        const int8_t *w = p->weights;
        int32_t input = start, use = p->depth_multiplier;
        for (int32_t channel = 0; channel < p->output_channels; channel++) {
            const int32_t bias = p->bias[channel];
            int32_t acc[4] = {bias, bias, bias, bias};
            four_pixels(p, s->in, input, pixel, w, acc);
            int8_t *out = s->out[0] + at + channel;
            for (int32_t i = 0; i < count; i++, out += p->output_channels) {
                *out = weft_channel_output_s8(acc[i], p->multiplier[channel], p->shift[channel],
                                              p->output_zero_point);
            }
            w += p->filter_height * p->filter_width;
            if (--use == 0) {
                use = p->depth_multiplier;
                input++;
            }
        }
        start += 4 * p->pixel_step;
        at += 4 * p->output_channels;
    }
    weft_clamp_row(s->out[0], p->output_width * p->output_channels, p->activation_min,
                   p->activation_max);
}
