/* SPDX-License-Identifier: Apache-2.0
 *
 * Convolutions by packed pairs that are made of several, each of which reads and writes a part of
 * the same rows. Twin of codegen/weft/ops/weighted/pair_parts.py.
 */
#ifndef WEFT_PAIR_PART_H
#define WEFT_PAIR_PART_H

#include "weft/conv_2d_s8__dsp.h"
#include "weft/part_step.h"

/* Does a convolution as a part of a step: from its input row number `row` on, `in` bytes from where
 * rows begin, to `out` bytes from where output rows begin. */
WEFT_INLINE void weft_run_part(const weft_conv_2d_s8_dsp_params *conv, const weft_step *s,
                               int32_t row, int32_t in, int32_t out)
{
    const int32_t last = (conv->filter_height - 1) * conv->dilation_height;
    const int32_t count = last + 1 + (s->rows - 1) * conv->row_step;
    weft_part_rows rows;
    const weft_step part = weft_part_step(&rows, s, row, count, in, out);
    weft_conv_2d_s8_dsp(conv, &part);
}

#endif
