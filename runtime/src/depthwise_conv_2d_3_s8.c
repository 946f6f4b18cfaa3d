/* SPDX-License-Identifier: Apache-2.0
 *
 * Filters three columns wide, not dilated, at a horizontal stride of 1 or 2. Four neighboring
 * pixels of a channel share weights and inputs: each is loaded once for a row of the filter.
 */
#include "weft/depthwise_conv_2d_s8.h"

#include "weft/linear.h"

/* sum[0..count - 1] += products of a row of the filter with windows at a stride of 1; `count` is
 * 4, 2 or 1. */
WEFT_INLINE void windows_1(int32_t *sum, const int8_t *x, int32_t step, const int8_t *w,
                           int32_t count)
{
    const int32_t k0 = w[0], k1 = w[1], k2 = w[2];
    int32_t v = x[0];
    sum[0] += v * k0;
    v = x[step];
    sum[0] += v * k1, sum[1] += v * k0;
    v = x[2 * step];
    sum[0] += v * k2, sum[1] += v * k1, sum[2] += v * k0;
    if (count > 1) {
        x += 3 * step;
        v = x[0];
        sum[1] += v * k2, sum[2] += v * k1, sum[3] += v * k0;
    }
    if (count > 2) {
        v = x[step];
        sum[2] += v * k2, sum[3] += v * k1;
        v = x[2 * step];
        sum[3] += v * k2;
    }
}

/* The same at a stride of 2. */
WEFT_INLINE void windows_2(int32_t *sum, const int8_t *x, int32_t step, const int8_t *w,
                           int32_t count)
{
    const int32_t k0 = w[0], k1 = w[1], k2 = w[2];
    sum[0] += x[0] * k0, sum[0] += x[step] * k1;
    int32_t v = x[2 * step];
    sum[0] += v * k2, sum[1] += v * k0;
    if (count > 1) {
        x += 3 * step;
        sum[1] += x[0] * k1;
        v = x[step];
        sum[1] += v * k2, sum[2] += v * k0;
    }
    if (count > 2) {
        sum[2] += x[2 * step] * k1;
        x += 3 * step;
        v = x[0];
        sum[2] += v * k2, sum[3] += v * k0;
        sum[3] += x[step] * k1, sum[3] += x[2 * step] * k2;
    }
}

typedef void windows(int32_t *sum, const int8_t *x, int32_t step, const int8_t *w, int32_t count);

/* Outputs of all channels at `count` pixels, 4, 2 or 1. `start`: where in the input rows the first
 * pixel's window starts. */
WEFT_INLINE void outputs(const weft_depthwise_conv_2d_s8_params *p, const int8_t *const *in,
                         int32_t start, int8_t *out, windows *add, int32_t count)
{
    const int32_t step = p->tap_step, next = p->output_step, zero_point = p->output_zero_point;
    const int32_t taps = 3 * p->filter_height;
    const int8_t *w = p->weights;
    int32_t use = p->depth_multiplier;
    for (int32_t channel = 0; channel < p->output_channels; channel++) {
        const int32_t bias = p->bias[channel];
        const int8_t *const end = w + taps;
        int32_t row = 0, sum[4] = {bias, bias, bias, bias};
        do {
            add(sum, in[row] + start, step, w, count);
            row += p->dilation_height;
            w += 3;
        } while (w != end);
        const int32_t m = p->multiplier[channel], e = p->shift[channel];
        int8_t *to = out + channel;
        *to = weft_channel_output_s8(sum[0], m, e, zero_point);
        if (count > 1) {
            to += next, *to = weft_channel_output_s8(sum[1], m, e, zero_point);
        }
        if (count > 2) {
            to += next, *to = weft_channel_output_s8(sum[2], m, e, zero_point);
            to += next, *to = weft_channel_output_s8(sum[3], m, e, zero_point);
        }
        if (--use == 0) {
            use = p->depth_multiplier;
            start++;
        }
    }
}

#define OUTPUTS(name, add, count)                                                                  \
    WEFT_LEAF void name(const weft_depthwise_conv_2d_s8_params *p, const int8_t *const *in,        \
                        int32_t start, int8_t *out)                                                \
    {                                                                                              \
        outputs(p, in, start, out, add, count);                                                    \
    }

OUTPUTS(four_outputs_1, windows_1, 4)
OUTPUTS(four_outputs_2, windows_2, 4)
OUTPUTS(two_outputs_1, windows_1, 2)
OUTPUTS(two_outputs_2, windows_2, 2)
OUTPUTS(one_output, windows_1, 1)

void weft_depthwise_conv_2d_3_s8(const weft_depthwise_conv_2d_s8_params *p, const weft_step *s)
{
    const int once = p->pixel_step == p->tap_step;
    int32_t start = 0, count;
    int8_t *out = s->out[0];
    for (int32_t left = p->output_width; left > 0; left -= count) {
        count = left >= 4 ? 4 : left >= 2 ? 2 : 1;
        if (count == 4) {
            (once ? four_outputs_1 : four_outputs_2)(p, s->in, start, out);
        } else if (count == 2) {
            (once ? two_outputs_1 : two_outputs_2)(p, s->in, start, out);
        } else {
            one_output(p, s->in, start, out);
        }
        start += count * p->pixel_step;
        out += count * p->output_step;
    }
    weft_clamp_pixels(s->out[0], p->output_width, p->output_channels, p->output_step,
                      p->activation_min, p->activation_max);
}
