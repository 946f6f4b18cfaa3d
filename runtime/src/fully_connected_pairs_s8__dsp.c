/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/fully_connected_pairs_s8__dsp.h"

#include "weft/fully_connected_vector.h"
#include "weft/linear.h"
#include "weft/pair_dense.h"
#include "weft/simd.h"

#include <string.h>

static inline uint32_t *unpack(uint32_t *to, const int8_t *x)
{
    const uint32_t word = weft_load_32(x);
    to[0] = weft_sxtb16(word);
    to[1] = weft_sxtb16_ror8(word);
    return to + 2;
}

void weft_fully_connected_pairs_s8_dsp(const weft_fully_connected_pairs_s8_dsp_params *p,
                                       const weft_step *s)
{
    const int32_t size = p->input_size, rest = size & 3;
    const int8_t *x = s->in[0];
    int8_t *out = s->out[0];
    uint32_t *const pairs = (uint32_t *)(void *)s->scratch;
    for (int32_t n = 0; n < p->batch; n++, out += p->output_size) {
        uint32_t *to = pairs;
        for (const int8_t *const end = x + (size - rest); x != end; x += 4) {
            to = unpack(to, x);
        }
        if (rest > 0) {
            int8_t last[4] = {0, 0, 0, 0};
            memcpy(last, x, (size_t)rest);
            unpack(to, last);
            x += rest;
        }
        weft_fully_connected_vector(p, pairs, out, weft_dense_run);
    }
    weft_clamp_row(s->out[0], p->batch * p->output_size, p->activation_min, p->activation_max);
}
