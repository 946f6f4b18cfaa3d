/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/conv_2d_s8.h"

#include "weft/conv_2d_row.h"

void weft_conv_2d_row_s8(const weft_conv_2d_s8_params *p, const int8_t *const *in, int32_t start,
                         int8_t *out, int32_t next)
{
    weft_conv_2d_row(p, in, start, out, next, 8);
}

void weft_conv_2d_s8(const weft_conv_2d_s8_params *p, const weft_step *s)
{
    weft_conv_2d_row_s8(p, s->in, 0, s->out[0], p->output_step);
    weft_clamp_pixels(s->out[0], p->output_width, p->output_channels, p->output_step,
                      p->activation_min, p->activation_max);
}
