/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/fully_connected_pairs_s8__dsp.h"

#include "weft/fully_connected_vector.h"
#include "weft/linear.h"
#include "weft/pair_pieces.h"

#include <string.h>

void weft_fully_connected_pieces_s8_dsp(const weft_fully_connected_pairs_s8_dsp_params *p,
                                        const weft_step *s)
{
    const int32_t size = p->input_size;
    const int8_t *x = s->in[0];
    int8_t *const scratch = s->scratch, *out = s->out[0];
    for (int32_t n = 0; n < p->batch; n++, x += size, out += p->output_size) {
        const int8_t *from = x;
        if ((size & 3) != 0) {
            memset(scratch + (size & ~3), 0, 4);
            memcpy(scratch, x, (size_t)size);
            from = scratch;
        }
        weft_fully_connected_vector(p, from, out, weft_pieces_bytes);
    }
    weft_clamp_row(s->out[0], p->batch * p->output_size, p->activation_min, p->activation_max);
}
