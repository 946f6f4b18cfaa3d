/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs of bytes at regular distances, see copy_runs.h.
 */
#include "weft/copy_runs.h"

#include <string.h>

void weft_copy_runs(const weft_copy_runs_params *p, const weft_step *s)
{
    const uint32_t first = s->index % p->parts * p->run;
    for (uint32_t row = 0; row < p->rows; row++) {
        const int8_t *in = s->in[row] + first;
        int8_t *out = s->out[0] + row * p->run;
        for (uint32_t i = 0; i < p->runs; i++) {
            memcpy(out, in, p->run);
            in += p->in_step;
            out += p->out_step;
        }
    }
}
