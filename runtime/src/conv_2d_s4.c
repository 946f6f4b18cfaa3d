/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/conv_2d_s8.h"

#include "weft/conv_2d_row.h"

void weft_conv_2d_s4(const weft_conv_2d_s8_params *p, const weft_step *s)
{
    weft_conv_2d_row(p, s->in, 0, s->out[0], p->output_step, 4);
    weft_clamp_pixels(s->out[0], p->output_width, p->output_channels, p->output_step,
                      p->activation_min, p->activation_max);
}
