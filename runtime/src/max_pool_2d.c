/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/elements.h"
#include "weft/linear.h"
#include "weft/pool_2d.h"

#include <stddef.h>

WEFT_INLINE void max_pool_2d(const weft_pool_2d_params *p, const weft_step *s, uint32_t size)
{
    uint32_t out = 0;
    for (int32_t column = 0; column < p->output_width; column++) {
        const weft_pool_2d_columns c = weft_pool_2d_window(p, column);
        for (int32_t channel = 0; channel < p->channels; channel++) {
            int32_t greatest = p->activation_min;
            for (int32_t row = 0; row < p->filter_height; row++) {
                if (s->in[row] == NULL) {
                    continue;
                }
                uint32_t at = (uint32_t)(c.first * p->channels + channel);
                for (int32_t i = c.first; i < c.end; i++, at += (uint32_t)p->channels) {
                    const int32_t x = weft_element(s->in[row], at, size);
                    greatest = x > greatest ? x : greatest;
                }
            }
            greatest = greatest < p->activation_max ? greatest : p->activation_max;
            weft_set_element(s->out[0], out++, greatest, size);
        }
        out += (uint32_t)(p->output_step - p->channels);
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
