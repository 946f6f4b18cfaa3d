/* SPDX-License-Identifier: Apache-2.0
 *
 * Where along an axis the extreme is, see arg_max.h. Twin of the references in
 * codegen/weft/ops/reduction/arg_extremes.py.
 */
#include "weft/arg_max.h"

#include "weft/elements.h"
#include "weft/linear.h"
#include "weft/reduce.h"

/* The greatest value so far and where it is. */
typedef struct {
    int32_t value;
    uint32_t index;
} place;

/* The first greatest value along the axis, from element `first` of a row on. */
WEFT_INLINE place greatest_of(const weft_arg_max_params *p, const int8_t *row, uint32_t first,
                              uint32_t size)
{
    const uint32_t length = p->reduced[4], step = p->reduced[5];
    place best = {weft_element(row, first, size) ^ p->flip, 0};
    for (uint32_t k = 1; k < length; k++) {
        int32_t value = weft_element(row, first + k * step, size) ^ p->flip;
        best.index = value > best.value ? k : best.index;
        best.value = value > best.value ? value : best.value;
    }
    return best;
}

/* Along the axis of the steps: the greatest of the rows before, unless this row has a greater. */
WEFT_INLINE place so_far(place here, const weft_step *s, uint32_t out, uint32_t i, uint32_t words)
{
    int32_t *values = (int32_t *)(void *)s->state;
    place best = {here.value, s->index};
    if (s->index && values[i] >= here.value) {
        best.value = values[i];
        best.index = (uint32_t)weft_element(s->out[0], words * out, 4);
    }
    values[i] = best.value;
    return best;
}

WEFT_INLINE void reduce(const weft_arg_max_params *p, const weft_step *s, uint32_t size)
{
    const uint32_t outputs = weft_walk_length(p->kept);
    uint32_t pass[WEFT_LOOPS] = {0}, at = 0, out = s->index * p->advance;
    for (uint32_t i = 0; i < outputs; i++, out++) {
        place best = greatest_of(p, s->in[0], at, size);
        if (p->across) {
            best = so_far(best, s, out, i, p->words);
        }
        weft_set_element(s->out[0], p->words * out, (int32_t)best.index, 4);
        if (p->words == 2) {
            weft_set_element(s->out[0], 2 * out + 1, 0, 4);
        }
        at = weft_walk_step(at, pass, p->kept);
    }
}

void weft_arg_max_s8(const weft_arg_max_params *p, const weft_step *s)
{
    reduce(p, s, 1);
}

void weft_arg_max_s16(const weft_arg_max_params *p, const weft_step *s)
{
    reduce(p, s, 2);
}

void weft_arg_max_s32(const weft_arg_max_params *p, const weft_step *s)
{
    reduce(p, s, 4);
}
