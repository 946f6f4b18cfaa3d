/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/elements.h"
#include "weft/linear.h"
#include "weft/pool_2d.h"

/* The output row holds the greatest values so far: clamping them early changes nothing. */
WEFT_INLINE void max_pool_2d_accumulate(const weft_pool_2d_params *p, const weft_step *s,
                                        uint32_t size)
{
    uint32_t out = 0;
    if (s->index >= p->filter_height - p->pad_top) {
        return;
    }
    for (int32_t column = 0; column < p->output_width; column++) {
        const weft_pool_2d_columns c = weft_pool_2d_window(p, column);
        for (int32_t channel = 0; channel < p->channels; channel++, out++) {
            uint32_t at = (uint32_t)(c.first * p->channels + channel);
            int32_t greatest = p->activation_min;
            if (s->index > 0) {
                greatest = weft_element(s->out[0], out, size);
            }
            for (int32_t i = c.first; i < c.end; i++, at += (uint32_t)p->channels) {
                const int32_t x = weft_element(s->in[0], at, size);
                greatest = x > greatest ? x : greatest;
            }
            greatest = greatest < p->activation_max ? greatest : p->activation_max;
            weft_set_element(s->out[0], out, greatest, size);
        }
        out += (uint32_t)(p->output_step - p->channels);
    }
}

void weft_max_pool_2d_accumulate_s8(const weft_pool_2d_params *p, const weft_step *s)
{
    max_pool_2d_accumulate(p, s, 1);
}

void weft_max_pool_2d_accumulate_s16(const weft_pool_2d_params *p, const weft_step *s)
{
    max_pool_2d_accumulate(p, s, 2);
}
