/* SPDX-License-Identifier: Apache-2.0
 *
 * A whole tensor with its axes in another order, see transpose.h.
 */
#include "weft/transpose.h"

#include "weft/walk.h"

#include <string.h>

/* `count` elements of constant `size`, `step` elements apart in the input; memcpy because the
 * elements may be of any type. */
static inline void gather(int8_t *out, const int8_t *in, uint32_t count, uint32_t step, size_t size)
{
    for (uint32_t i = 0; i < count; ++i) {
        memcpy(out, in, size);
        out += size;
        in += step * size;
    }
}

static void run(int8_t *out, const int8_t *in, uint32_t count, uint32_t step, uint32_t size)
{
    if (step == 1) {
        memcpy(out, in, (size_t)count * size);
    } else if (size == 1) {
        gather(out, in, count, step, 1);
    } else if (size == 2) {
        gather(out, in, count, step, 2);
    } else {
        gather(out, in, count, step, 4);
    }
}

void weft_transpose(const weft_transpose_params *p, const weft_step *s)
{
    uint32_t index[WEFT_OUTER_AXES] = {0};
    const uint32_t count = p->shape[WEFT_OUTER_AXES], step = p->step[WEFT_OUTER_AXES];
    const int8_t *in = s->in[0];
    int8_t *out = s->out[0];
    do {
        size_t offset = (size_t)weft_walk_offset(index, p->step) * p->size;
        run(out, in + offset, count, step, p->size);
        out += (size_t)count * p->size;
    } while (weft_walk_next(index, p->shape));
}
