/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/pool_2d_s8.h"

#include <stddef.h>

void weft_average_pool_2d_s8(const weft_pool_2d_s8_params *p, const weft_step *s)
{
    int8_t *out = s->out[0];
    for (int32_t column = 0; column < p->output_width; column++) {
        const weft_pool_2d_columns c = weft_pool_2d_window(p, column);
        for (int32_t channel = 0; channel < p->channels; channel++) {
            int32_t sum = 0, rows = 0;
            for (int32_t row = 0; row < p->filter_height; row++) {
                if (s->in[row] == NULL) {
                    continue;
                }
                const int8_t *x = s->in[row] + c.first * p->channels + channel;
                for (int32_t i = c.first; i < c.end; i++, x += p->channels) {
                    sum += *x;
                }
                rows++;
            }
            *out++ = weft_pool_2d_average(p, sum, rows * (c.end - c.first));
        }
    }
}
