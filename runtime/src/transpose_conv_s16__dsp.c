/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/transpose_conv_s16__dsp.h"

#include "weft/part_step.h"

static void part(weft_conv_2d_s16_dsp_params conv, const int32_t *numbers, const weft_step *s,
                 int32_t rows, int32_t out)
{
    weft_part_rows there;
    weft_step step;
    conv.weights += numbers[0];
    conv.output_width = numbers[2];
    conv.filter_height = numbers[3];
    conv.run_length = numbers[4];
    conv.pairs = numbers[5];
    step = weft_part_step(&there, s, rows - conv.filter_height, conv.filter_height,
                          numbers[1] * (int32_t)sizeof(int16_t), out * (int32_t)sizeof(int16_t));
    weft_conv_2d_s16_dsp(&conv, &step);
}

void weft_transpose_conv_s16_dsp(const weft_transpose_conv_s16_dsp_params *p, const weft_step *s)
{
    const int32_t phase = (s->index + p->pad_top) % p->stride_height;
    const int32_t *numbers = p->phases + phase * p->parts * WEFT_WIDE_PHASE_NUMBERS;
    for (int32_t i = 0; i < p->parts; i++, numbers += WEFT_WIDE_PHASE_NUMBERS) {
        part(p->conv, numbers, s, p->rows, i * p->part_outputs);
    }
}
