/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/elements.h"
#include "weft/linear.h"
#include "weft/pool_2d.h"

#include <stddef.h>

WEFT_INLINE void average_pool_2d(const weft_pool_2d_params *p, const weft_step *s, uint32_t size)
{
    uint32_t out = 0;
    for (int32_t column = 0; column < p->output_width; column++) {
        const weft_pool_2d_columns c = weft_pool_2d_window(p, column);
        for (int32_t channel = 0; channel < p->channels; channel++) {
            int32_t sum = 0, rows = 0;
            for (int32_t row = 0; row < p->filter_height; row++) {
                if (s->in[row] == NULL) {
                    continue;
                }
                uint32_t at = (uint32_t)(c.first * p->channels + channel);
                for (int32_t i = c.first; i < c.end; i++, at += (uint32_t)p->channels) {
                    sum += weft_element(s->in[row], at, size);
                }
                rows++;
            }
            const int32_t mean = weft_pool_2d_average(p, sum, rows * (c.end - c.first));
            weft_set_element(s->out[0], out++, mean, size);
        }
        out += (uint32_t)(p->output_step - p->channels);
    }
}

void weft_average_pool_2d_s8(const weft_pool_2d_params *p, const weft_step *s)
{
    average_pool_2d(p, s, 1);
}

void weft_average_pool_2d_s16(const weft_pool_2d_params *p, const weft_step *s)
{
    average_pool_2d(p, s, 2);
}
