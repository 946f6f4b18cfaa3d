/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/pool_2d_s8.h"

#include "weft/fixedpoint.h"

/* The output row holds the greatest values so far: clamping them early changes nothing. */
void weft_max_pool_2d_accumulate_s8(const weft_pool_2d_s8_params *p, const weft_step *s)
{
    int8_t *out = s->out[0];
    if (s->index >= p->filter_height - p->pad_top) {
        return;
    }
    for (int32_t column = 0; column < p->output_width; column++) {
        const weft_pool_2d_columns c = weft_pool_2d_window(p, column);
        for (int32_t channel = 0; channel < p->channels; channel++, out++) {
            const int8_t *x = s->in[0] + c.first * p->channels + channel;
            int32_t greatest = s->index == 0 ? p->activation_min : *out;
            for (int32_t i = c.first; i < c.end; i++, x += p->channels) {
                greatest = *x > greatest ? *x : greatest;
            }
            *out = (int8_t)(greatest < p->activation_max ? greatest : p->activation_max);
        }
    }
}
