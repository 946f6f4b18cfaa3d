/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/depthwise_conv_2d_s8.h"

#include "weft/linear.h"

typedef weft_depthwise_conv_2d_s8_params params;

/* acc[0..count - 1] += products of a weight with pixels that are `step` apart; 4, 2 or 1 of them.
 */
WEFT_INLINE void add_products(int32_t *acc, const int8_t *x, int32_t step, int32_t k, int32_t count)
{
    acc[0] += x[0] * k;
    if (count > 1) {
        acc[1] += x[step] * k;
    }
    if (count > 2) {
        acc[2] += x[2 * step] * k;
    }
    if (count > 3) {
        acc[3] += x[3 * step] * k;
    }
}

/* The same for a channel's whole filter. `start`: where in the input rows the first pixel's window
 * starts. */
WEFT_INLINE void add_windows(const params *p, const int8_t *const *in, int32_t start,
                             const int8_t *w, int32_t *sums, int32_t count)
{
    const int32_t step = p->pixel_step, tap = p->tap_step;
    int32_t acc[4] = {sums[0], sums[1], sums[2], sums[3]};
    for (int32_t row = 0; row < p->filter_height; row++) {
        const int8_t *x = in[row * p->dilation_height] + start;
        const int8_t *const end = w + p->filter_width;
        if (p->filter_width & 1) {
            add_products(acc, x, step, *w++, count);
            x += tap;
        }
        while (w != end) {
            add_products(acc, x, step, *w++, count);
            x += tap;
            add_products(acc, x, step, *w++, count);
            x += tap;
        }
    }
    sums[0] = acc[0], sums[1] = acc[1], sums[2] = acc[2], sums[3] = acc[3];
}

#define WINDOWS(name, count)                                                                       \
    WEFT_LEAF void name(const params *p, const int8_t *const *in, int32_t start, const int8_t *w,  \
                        int32_t *sums)                                                             \
    {                                                                                              \
        add_windows(p, in, start, w, sums, count);                                                 \
    }

WINDOWS(four_windows, 4)
WINDOWS(three_windows, 3)
WINDOWS(two_windows, 2)
WINDOWS(one_window, 1)

/* Outputs of all channels at `count` pixels, 1 to 4. */
static void outputs(const params *p, const int8_t *const *in, int32_t start, int8_t *out,
                    int32_t count)
{
    static void (*const windows[])(const params *, const int8_t *const *, int32_t, const int8_t *,
                                   int32_t *) = {one_window, two_windows, three_windows,
                                                 four_windows};
    const int8_t *w = p->weights;
    int32_t use = p->depth_multiplier;
    for (int32_t channel = 0; channel < p->output_channels; channel++) {
        const int32_t bias = p->bias[channel];
        int32_t sums[4] = {bias, bias, bias, bias};
        windows[count - 1](p, in, start, w, sums);
        int8_t *to = out + channel;
        for (int32_t i = 0; i < count; i++, to += p->output_step) {
            *to = weft_channel_output_s8(sums[i], p->multiplier[channel], p->shift[channel],
                                         p->output_zero_point);
        }
        w += p->filter_height * p->filter_width;
        if (--use == 0) {
            use = p->depth_multiplier;
            start++;
        }
    }
}

void weft_depthwise_conv_2d_s8(const params *p, const weft_step *s)
{
    int8_t *out = s->out[0];
    for (int32_t left = p->output_width, start = 0, count; left > 0; left -= count) {
        count = left < 4 ? left : 4;
        outputs(p, s->in, start, out, count);
        start += count * p->pixel_step;
        out += count * p->output_step;
    }
    weft_clamp_pixels(s->out[0], p->output_width, p->output_channels, p->output_step,
                      p->activation_min, p->activation_max);
}
