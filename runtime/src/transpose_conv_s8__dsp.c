/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/transpose_conv_s8__dsp.h"

#include "weft/pair_part.h"

static void part(weft_conv_2d_s8_dsp_params conv, const int32_t *numbers, const weft_step *s,
                 int32_t rows, int32_t out)
{
    const int32_t start = numbers[1];
    conv.weights += numbers[0];
    conv.output_width = numbers[2];
    conv.filter_height = numbers[3];
    conv.weights_size = numbers[4];
    conv.first_block = numbers[5];
    conv.exact = numbers[6];
    conv.pairs = numbers[7];
    conv.runs = numbers[8];
    conv.run_words = numbers[9];
    conv.run_last = numbers[10];
    conv.run_rest = numbers[11];
    conv.tile = numbers[12];
    conv.shared = numbers[13];
    weft_run_part(&conv, s, rows - conv.filter_height, start, out);
}

void weft_transpose_conv_s8_dsp(const weft_transpose_conv_s8_dsp_params *p, const weft_step *s)
{
    const int32_t phase = (s->index + p->pad_top) % p->stride_height;
    const int32_t *numbers = p->phases + phase * p->parts * WEFT_PHASE_NUMBERS;
    for (int32_t i = 0; i < p->parts; i++, numbers += WEFT_PHASE_NUMBERS) {
        part(p->conv, numbers, s, p->rows, i * p->part_outputs);
    }
}
