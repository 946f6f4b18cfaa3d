/* SPDX-License-Identifier: Apache-2.0
 *
 * A whole tensor with a border, see pad_box.h.
 */
#include "weft/pad_box.h"

#include "weft/elements.h"
#include "weft/walk.h"

#include <string.h>

void weft_pad_box(const weft_pad_box_params *p, const weft_step *s)
{
    uint32_t index[WEFT_OUTER_AXES] = {0};
    const uint32_t run = p->shape[WEFT_OUTER_AXES] * p->size;
    const int8_t *in = s->in[0];
    int8_t *out = s->out[0];
    weft_fill(out, p->elements, p->fill, p->size);
    do {
        memcpy(out + (p->start + weft_walk_offset(index, p->step)) * p->size, in, run);
        in += run;
    } while (weft_walk_next(index, p->shape));
}
