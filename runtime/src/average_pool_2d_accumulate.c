/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/elements.h"
#include "weft/linear.h"
#include "weft/pool_2d.h"

WEFT_INLINE void add_row(const weft_pool_2d_params *p, const weft_step *s, int32_t *sums,
                         uint32_t size)
{
    for (int32_t column = 0; column < p->output_width; column++) {
        const weft_pool_2d_columns c = weft_pool_2d_window(p, column);
        for (int32_t channel = 0; channel < p->channels; channel++) {
            uint32_t at = (uint32_t)(c.first * p->channels + channel);
            int32_t sum = s->index == 0 ? 0 : *sums;
            for (int32_t i = c.first; i < c.end; i++, at += (uint32_t)p->channels) {
                sum += weft_element(s->in[0], at, size);
            }
            *sums++ = sum;
        }
    }
}

WEFT_INLINE void average_pool_2d_accumulate(const weft_pool_2d_params *p, const weft_step *s,
                                            uint32_t size)
{
    int32_t *sums = (int32_t *)(void *)s->state;
    const int32_t last_row = p->filter_height - p->pad_top;
    if (s->index < last_row) {
        add_row(p, s, sums, size);
    }
    if (s->index + 1 < s->steps) {
        return;
    }
    const int32_t rows = last_row < s->steps ? last_row : s->steps;
    uint32_t out = 0;
    for (int32_t column = 0; column < p->output_width; column++) {
        const weft_pool_2d_columns c = weft_pool_2d_window(p, column);
        for (int32_t channel = 0; channel < p->channels; channel++) {
            const int32_t mean = weft_pool_2d_average(p, *sums++, rows * (c.end - c.first));
            weft_set_element(s->out[0], out++, mean, size);
        }
        out += (uint32_t)(p->output_step - p->channels);
    }
}

void weft_average_pool_2d_accumulate_s8(const weft_pool_2d_params *p, const weft_step *s)
{
    average_pool_2d_accumulate(p, s, 1);
}

void weft_average_pool_2d_accumulate_s16(const weft_pool_2d_params *p, const weft_step *s)
{
    average_pool_2d_accumulate(p, s, 2);
}
