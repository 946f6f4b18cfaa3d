/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums of pixels by the DSP extension, see reduce_sum.h.
 */
#include "weft/linear.h"
#include "weft/pixel_sums.h"
#include "weft/reduce_sum.h"

#include <string.h>

static void outputs(const weft_reduce_sum_params *p, const int32_t *sums, int32_t count,
                    int8_t *out)
{
    for (const int8_t *const end = out + count; out != end; sums++) {
        *out++ = weft_output_s8(*sums + p->offset, p->multiplier, p->shift, p->output_zero_point,
                                -128, 127);
    }
}

void weft_reduce_sum_pixels_s8__dsp(const weft_reduce_sum_params *p, const weft_step *s)
{
    const int32_t channels = (int32_t)p->kept[4], pixels = (int32_t)p->reduced[4];
    if (p->across) {
        int32_t *const sums = (int32_t *)(void *)s->state;
        if (s->index == 0) {
            memset(sums, 0, sizeof *sums * (uint32_t)channels);
        }
        weft_add_pixels(s->in[0], channels, pixels, channels, sums);
        if (s->index + 1 == s->steps) {
            outputs(p, sums, channels, s->out[0]);
        }
        return;
    }
    int8_t *const out = s->out[0] + s->index * p->advance;
    for (int32_t at = 0; at < channels; at += 4) {
        const int32_t some = channels - at < 4 ? channels - at : 4;
        int32_t sums[4] = {0};
        weft_add_pixels(s->in[0] + at, channels, pixels, some, sums);
        outputs(p, sums, some, out + at);
    }
}
