/* SPDX-License-Identifier: Apache-2.0
 *
 * Any function of one byte, see lut_s8.h.
 */
#include "weft/lut_s8.h"

void weft_lut_s8(const weft_lut_s8_params *p, const weft_step *s)
{
    const int8_t *table = p->table;
    const int8_t *in = s->in[0];
    int8_t *out = s->out[0];
    for (uint32_t run = 0; run < p->runs; ++run) {
        for (uint32_t i = 0; i < p->elements; ++i) {
            out[i] = table[(uint8_t)in[i]];
        }
        in += p->elements;
        out += p->output_step;
    }
}
