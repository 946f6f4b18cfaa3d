/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs of bytes that are chosen by index, see gather.h.
 */
#include "weft/gather.h"

#include "weft/spaced.h"

/* Bytes to the place that an index names. */
static uint32_t place(const weft_gather_params *p, const int32_t *index)
{
    uint32_t found = 0;
    for (uint32_t axis = 0; axis < p->axes; ++axis) {
        const int32_t last = (int32_t)p->sizes[axis] - 1;
        const int32_t at = index[axis] < 0 ? 0 : index[axis] > last ? last : index[axis];
        found += (uint32_t)at * p->steps[axis];
    }
    return found;
}

void weft_gather(const weft_gather_params *p, const weft_step *s)
{
    const uint32_t box = p->sizes[0] * p->steps[0];
    const int8_t *in = p->values ? p->values : s->in[p->from];
    const void *by = p->indices ? (const void *)p->indices : (const void *)s->in[p->by];
    const int32_t *indices = by;
    int8_t *out = s->out[0];
    for (uint32_t batch = 0; batch < p->batches; ++batch) {
        for (uint32_t k = 0; k < p->count; ++k) {
            weft_copy_spaced(out + k * p->run, in + place(p, indices), (int32_t)p->outer,
                             (int32_t)box, (int32_t)(p->count * p->run), (int32_t)p->run);
            indices += p->axes;
        }
        in += p->outer * box;
        out += p->outer * p->count * p->run;
    }
}
