/* SPDX-License-Identifier: Apache-2.0
 *
 * Extremes over any axes, see reduce_max.h. Twin of the references in codegen/weft/ops/extremes.py.
 */
#include "weft/reduce_max.h"

#include "weft/elements.h"
#include "weft/linear.h"
#include "weft/reduce.h"

WEFT_INLINE int32_t greater(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* The greatest value of a walk from element `first` of a row on. */
WEFT_INLINE int32_t greatest_of(const weft_reduce_max_params *p, const int8_t *row, uint32_t first,
                                uint32_t size)
{
    const uint32_t *loops = p->reduced;
    int32_t greatest = INT32_MIN;
    for (uint32_t i = 0; i < loops[0]; i++) {
        for (uint32_t j = 0; j < loops[2]; j++) {
            uint32_t at = first + i * loops[1] + j * loops[3];
            for (uint32_t k = 0; k < loops[4]; k++, at += loops[5]) {
                greatest = greater(greatest, weft_element(row, at, size) ^ p->flip);
            }
        }
    }
    return greatest;
}

WEFT_INLINE void reduce(const weft_reduce_max_params *p, const weft_step *s, uint32_t size)
{
    const uint32_t outputs = weft_walk_length(p->kept);
    uint32_t pass[WEFT_LOOPS] = {0}, at = 0, out = s->index * p->advance;
    for (uint32_t i = 0; i < outputs; i++, out++) {
        int32_t greatest = greatest_of(p, s->in[0], at, size);
        if (p->across && s->index) {
            greatest = greater(greatest, weft_element(s->out[0], out, size) ^ p->flip);
        }
        weft_set_element(s->out[0], out, greatest ^ p->flip, size);
        at = weft_walk_step(at, pass, p->kept);
    }
}

void weft_reduce_max_s8(const weft_reduce_max_params *p, const weft_step *s)
{
    reduce(p, s, 1);
}

void weft_reduce_max_s16(const weft_reduce_max_params *p, const weft_step *s)
{
    reduce(p, s, 2);
}

void weft_reduce_max_s32(const weft_reduce_max_params *p, const weft_step *s)
{
    reduce(p, s, 4);
}
