/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/elements.h"
#include "weft/inline.h"
#include "weft/pool_2d.h"

#include <stddef.h>

/* Takes a row of the image: the output row holds the greatest values of those that are taken, if
 * there are any. Clamping them early changes nothing. */
WEFT_INLINE void take(const weft_pool_2d_params *p, const int8_t *in, int8_t *out, int any,
                      uint32_t size)
{
    const uint32_t channels = (uint32_t)p->channels;
    uint32_t to = 0;
    for (int32_t column = 0; column < p->output_width; column++) {
        const weft_pool_2d_columns c = weft_pool_2d_window(p, column);
        const uint32_t first = (uint32_t)c.first * channels, end = (uint32_t)c.end * channels;
        for (uint32_t channel = 0; channel < channels; channel++, to++) {
            int32_t greatest = any ? weft_element(out, to, size) : p->activation_min;
            for (uint32_t at = first + channel; at < end; at += channels) {
                const int32_t x = weft_element(in, at, size);
                greatest = x > greatest ? x : greatest;
            }
            greatest = greatest < p->activation_max ? greatest : p->activation_max;
            weft_set_element(out, to, greatest, size);
        }
        to += (uint32_t)p->output_step - channels;
    }
}

WEFT_INLINE void max_pool_2d(const weft_pool_2d_params *p, const weft_step *s, uint32_t size)
{
    int any = 0;
    for (int32_t row = 0; row < p->filter_height; row++) {
        if (s->in[row] != NULL) {
            take(p, s->in[row], s->out[0], any, size);
            any = 1;
        }
    }
}

void weft_max_pool_2d_s8(const weft_pool_2d_params *p, const weft_step *s)
{
    max_pool_2d(p, s, 1);
}

void weft_max_pool_2d_s16(const weft_pool_2d_params *p, const weft_step *s)
{
    max_pool_2d(p, s, 2);
}

void weft_max_pool_2d_accumulate_s8(const weft_pool_2d_params *p, const weft_step *s)
{
    if (s->index < p->filter_height - p->pad_top) {
        take(p, s->in[0], s->out[0], s->index > 0, 1);
    }
}

void weft_max_pool_2d_accumulate_s16(const weft_pool_2d_params *p, const weft_step *s)
{
    if (s->index < p->filter_height - p->pad_top) {
        take(p, s->in[0], s->out[0], s->index > 0, 2);
    }
}
