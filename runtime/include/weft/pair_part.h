/* SPDX-License-Identifier: Apache-2.0
 *
 * Convolutions by packed pairs that are made of several, each of which reads and writes a part of
 * the same rows. Twin of codegen/weft/ops/pair_parts.py.
 */
#ifndef WEFT_PAIR_PART_H
#define WEFT_PAIR_PART_H

#include "weft/conv_2d_s8__dsp.h"
#include "weft/inline.h"

#define WEFT_PART_ROWS 32 /* that a step of a part reads, at most */

/* Does a convolution as a part of a step: from its input row number `row` on, `in` bytes from where
 * rows begin, to `out` bytes from where output rows begin. */
WEFT_INLINE void weft_run_part(const weft_conv_2d_s8_dsp_params *conv, const weft_step *s,
                               int32_t row, int32_t in, int32_t out)
{
    const int32_t last = (conv->filter_height - 1) * conv->dilation_height;
    const int8_t *ins[WEFT_PART_ROWS];
    int8_t *outs[2];
    weft_step part = *s;
    for (int32_t i = 0; i <= last + (s->rows - 1) * conv->row_step; i++) {
        ins[i] = s->in[row + i] + in;
    }
    for (int32_t i = 0; i < s->rows; i++) {
        outs[i] = s->out[i] + out;
    }
    part.in = ins;
    part.out = outs;
    weft_conv_2d_s8_dsp(conv, &part);
}

#endif
