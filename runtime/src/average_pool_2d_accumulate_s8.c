/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/pool_2d_s8.h"

static void add_row(const weft_pool_2d_s8_params *p, const int8_t *in, int first_row, int32_t *sums)
{
    for (int32_t column = 0; column < p->output_width; column++) {
        const weft_pool_2d_columns c = weft_pool_2d_window(p, column);
        for (int32_t channel = 0; channel < p->channels; channel++) {
            const int8_t *x = in + c.first * p->channels + channel;
            int32_t sum = first_row ? 0 : *sums;
            for (int32_t i = c.first; i < c.end; i++, x += p->channels) {
                sum += *x;
            }
            *sums++ = sum;
        }
    }
}

void weft_average_pool_2d_accumulate_s8(const weft_pool_2d_s8_params *p, const weft_step *s)
{
    int32_t *sums = (int32_t *)(void *)s->state;
    const int32_t last_row = p->filter_height - p->pad_top;
    if (s->index < last_row) {
        add_row(p, s->in[0], s->index == 0, sums);
    }
    if (s->index + 1 < s->steps) {
        return;
    }
    const int32_t rows = last_row < s->steps ? last_row : s->steps;
    int8_t *out = s->out[0];
    for (int32_t column = 0; column < p->output_width; column++) {
        const weft_pool_2d_columns c = weft_pool_2d_window(p, column);
        for (int32_t channel = 0; channel < p->channels; channel++) {
            *out++ = weft_pool_2d_average(p, *sums++, rows * (c.end - c.first));
        }
    }
}
