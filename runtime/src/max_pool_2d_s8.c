/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/pool_2d_s8.h"

#include "weft/fixedpoint.h"

#include <stddef.h>

void weft_max_pool_2d_s8(const weft_pool_2d_s8_params *p, const weft_step *s)
{
    int8_t *out = s->out[0];
    for (int32_t column = 0; column < p->output_width; column++) {
        const weft_pool_2d_columns c = weft_pool_2d_window(p, column);
        for (int32_t channel = 0; channel < p->channels; channel++) {
            int32_t greatest = p->activation_min;
            for (int32_t row = 0; row < p->filter_height; row++) {
                if (s->in[row] == NULL) {
                    continue;
                }
                const int8_t *x = s->in[row] + c.first * p->channels + channel;
                for (int32_t i = c.first; i < c.end; i++, x += p->channels) {
                    greatest = *x > greatest ? *x : greatest;
                }
            }
            *out++ = (int8_t)(greatest < p->activation_max ? greatest : p->activation_max);
        }
    }
}
