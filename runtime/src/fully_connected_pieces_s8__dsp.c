/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/fully_connected_pieces_s8__dsp.h"

#include "weft/linear.h"
#include "weft/pair_pieces.h"

#include <string.h>

/* All outputs of a vector. The block of the last channels, which may have more than there are, is
 * made apart. */
static void vector(const weft_fully_connected_pieces_s8_dsp_params *p, const int8_t *x, int8_t *out)
{
    const int32_t rest = p->output_size & 3, whole = p->output_size - rest;
    const uint32_t *const end = p->weights + p->weights_size;
    weft_pieces pieces = {p->weights, end, p->tail_apart != 0 ? end : NULL,
                          (p->input_size + 3) / 4 * 2};
    if (rest > 0) {
        int8_t most[4];
        pieces.w_end = p->weights + p->first_block;
        weft_pieces_bytes(&pieces, x, most);
        memcpy(out + whole, most, (size_t)rest);
        pieces.w = pieces.w_end;
        pieces.w_end = end;
    }
    if (whole > 0) {
        weft_pieces_bytes(&pieces, x, out + whole - 4);
    }
}

void weft_fully_connected_pieces_s8_dsp(const weft_fully_connected_pieces_s8_dsp_params *p,
                                        const weft_step *s)
{
    const int32_t size = p->input_size;
    const int8_t *x = s->in[0];
    int8_t *const scratch = (int8_t *)s->scratch, *out = s->out[0];
    for (int32_t n = 0; n < p->batch; n++, x += size, out += p->output_size) {
        if ((size & 3) != 0) {
            memset(scratch + (size & ~3), 0, 4);
            memcpy(scratch, x, (size_t)size);
        }
        vector(p, (size & 3) != 0 ? scratch : x, out);
    }
    weft_clamp_row(s->out[0], p->batch * p->output_size, p->activation_min, p->activation_max);
}
