/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/pixel_sums.h"
#include "weft/pool_2d.h"

#include <string.h>

void weft_average_pool_2d_accumulate_s8__dsp(const weft_pool_2d_params *p, const weft_step *s)
{
    int32_t *const sums = (int32_t *)(void *)s->state;
    const int32_t last_row = p->filter_height - p->pad_top, channels = p->channels;
    if (s->index == 0) {
        memset(sums, 0, sizeof *sums * (uint32_t)(p->output_width * channels));
    }
    for (int32_t column = 0; column < p->output_width; column++) {
        const weft_pool_2d_columns c = weft_pool_2d_window(p, column);
        int32_t *const sum = sums + column * channels;
        if (s->index < last_row) {
            weft_add_pixels(s->in[0] + c.first * channels, channels, c.end - c.first, channels,
                            sum);
        }
        if (s->index + 1 == s->steps) {
            const int32_t rows = last_row < s->steps ? last_row : s->steps;
            int8_t *const out = s->out[0] + column * p->output_step;
            for (int32_t channel = 0; channel < channels; channel++) {
                out[channel] =
                    (int8_t)weft_pool_2d_average(p, sum[channel], rows * (c.end - c.first));
            }
        }
    }
}
