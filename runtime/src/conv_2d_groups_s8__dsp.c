/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/conv_2d_groups_s8__dsp.h"

#include "weft/pair_part.h"

void weft_conv_2d_groups_s8_dsp(const weft_conv_2d_groups_s8_dsp_params *p, const weft_step *s)
{
    weft_conv_2d_s8_dsp_params conv = p->conv;
    const int32_t *size = p->sizes;
    for (int32_t part = 0; part < p->parts; part++) {
        conv.weights_size = *size++;
        conv.first_block = *size++;
        conv.exact = part < p->loose ? 0 : p->conv.exact;
        weft_run_part(&conv, s, 0, part * p->part_inputs, part * conv.output_channels);
        conv.weights += conv.weights_size;
    }
}
