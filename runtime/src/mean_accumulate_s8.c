/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/mean_accumulate_s8.h"

#include "weft/linear.h"

void weft_mean_accumulate_s8(const weft_mean_accumulate_s8_params *p, const weft_step *s)
{
    int32_t *sums = (int32_t *)(void *)s->state;
    for (int32_t channel = 0; channel < p->channels; channel++) {
        const int8_t *x = s->in[0] + channel;
        int32_t sum = s->index == 0 ? p->offset : sums[channel];
        for (int32_t i = 0; i < p->width; i++, x += p->channels) {
            sum += *x;
        }
        sums[channel] = sum;
    }
    if (s->index + 1 < s->steps) {
        return;
    }
    for (int32_t channel = 0; channel < p->channels; channel++) {
        s->out[0][channel] =
            weft_output_s8(sums[channel], p->multiplier, p->shift, p->output_zero_point, -128, 127);
    }
}
