/* SPDX-License-Identifier: Apache-2.0
 *
 * A whole int8 tensor with a border, see pad_box_s8.h.
 */
#include "weft/pad_box_s8.h"

#include "weft/walk.h"

#include <string.h>

void weft_pad_box_s8(const weft_pad_box_s8_params *p, const weft_step *s)
{
    uint32_t index[WEFT_OUTER_AXES] = {0};
    const uint32_t run = p->shape[WEFT_OUTER_AXES];
    const int8_t *in = s->in[0];
    int8_t *out = s->out[0];
    memset(out, p->fill, p->bytes);
    do {
        memcpy(out + p->start + weft_walk_offset(index, p->step), in, run);
        in += run;
    } while (weft_walk_next(index, p->shape));
}
