/* SPDX-License-Identifier: Apache-2.0
 *
 * A vector times a matrix in blocks of four channels.
 */
#ifndef WEFT_FULLY_CONNECTED_VECTOR_H
#define WEFT_FULLY_CONNECTED_VECTOR_H

#include "weft/fully_connected_pairs_s8__dsp.h"
#include "weft/inline.h"
#include "weft/pair_blocks.h"

#include <stddef.h>
#include <string.h>

typedef void weft_vector(const weft_blocks *of, const void *x, int8_t *out);

/* All outputs. The block of the last channels, which may have more than there are, is made
 * apart. */
WEFT_INLINE void weft_fully_connected_vector(const weft_fully_connected_pairs_s8_dsp_params *p,
                                             const void *x, int8_t *out, weft_vector *run)
{
    const int32_t rest = p->output_size & 3, whole = p->output_size - rest;
    const uint32_t *const end = p->weights + p->weights_size;
    weft_blocks blocks = {p->weights, end, p->tail_apart != 0 ? end : NULL,
                          (p->input_size + 3) / 4 * 2};
    if (rest > 0) {
        int8_t most[4];
        blocks.w_end = p->weights + p->first_block;
        run(&blocks, x, most);
        memcpy(out + whole, most, (size_t)rest);
        blocks.w = blocks.w_end;
        blocks.w_end = end;
    }
    if (whole > 0) {
        run(&blocks, x, out + whole - 4);
    }
}

#endif
