/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/pixel_sums.h"
#include "weft/pool_2d.h"

#include <stddef.h>

/* The averages of some channels, four at most. `at`: where in a row the window starts. */
static void average(const weft_pool_2d_params *p, const weft_step *s, int32_t at, int32_t pixels,
                    int8_t *out, int32_t channels)
{
    int32_t sums[4] = {0}, rows = 0;
    for (int32_t row = 0; row < p->filter_height; row++) {
        if (s->in[row] != NULL) {
            weft_add_pixels(s->in[row] + at, p->channels, pixels, channels, sums);
            rows++;
        }
    }
    for (int32_t i = 0; i < channels; i++) {
        out[i] = (int8_t)weft_pool_2d_average(p, sums[i], rows * pixels);
    }
}

void weft_average_pool_2d_s8__dsp(const weft_pool_2d_params *p, const weft_step *s)
{
    int8_t *out = s->out[0];
    for (int32_t column = 0; column < p->output_width; column++, out += p->output_step) {
        const weft_pool_2d_columns c = weft_pool_2d_window(p, column);
        for (int32_t at = 0, some; at < p->channels; at += some) {
            some = p->channels - at < 4 ? p->channels - at : 4;
            average(p, s, c.first * p->channels + at, c.end - c.first, out + at, some);
        }
    }
}
