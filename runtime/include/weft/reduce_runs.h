/* SPDX-License-Identifier: Apache-2.0
 *
 * Extremes of runs of elements that lie side by side: such that make one output together, or one
 * output each. A kernel gives the functions of runs; the walk is here.
 */
#ifndef WEFT_REDUCE_RUNS_H
#define WEFT_REDUCE_RUNS_H

#include "weft/elements.h"
#include "weft/inline.h"
#include "weft/reduce.h"
#include "weft/reduce_max.h"

/* out[i] = the greater of out[i] and x[i]; the greatest of x[i] and `so_far`. Before elements are
 * compared, bits that are set in `flip` are flipped. */
typedef void (*weft_merge)(int8_t *out, const int8_t *x, uint32_t count, int32_t flip);
typedef int32_t (*weft_greatest)(const int8_t *x, uint32_t count, int32_t flip, int32_t so_far);

/* Outputs side by side from as many elements side by side, again and again. */
WEFT_INLINE void weft_reduce_across(const weft_reduce_max_params *p, const int8_t *in, int8_t *out,
                                    uint32_t any, uint32_t size, weft_merge merge)
{
    const uint32_t *loops = p->reduced, count = p->kept[4];
    for (uint32_t i = 0; i < loops[0]; i++) {
        for (uint32_t j = 0; j < loops[2]; j++) {
            const int8_t *x = in + (i * loops[1] + j * loops[3]) * size;
            for (uint32_t k = 0; k < loops[4]; k++, x += loops[5] * size, any = 1) {
                if (any) {
                    merge(out, x, count, p->flip);
                } else {
                    memcpy(out, x, count * size);
                }
            }
        }
    }
}

/* One output from runs of elements. */
WEFT_INLINE int32_t weft_reduce_along(const weft_reduce_max_params *p, const int8_t *in,
                                      int32_t so_far, uint32_t size, weft_greatest greatest)
{
    const uint32_t *loops = p->reduced;
    for (uint32_t i = 0; i < loops[0]; i++) {
        for (uint32_t j = 0; j < loops[2]; j++) {
            const int8_t *x = in + (i * loops[1] + j * loops[3]) * size;
            so_far = greatest(x, loops[4], p->flip, so_far);
        }
    }
    return so_far;
}

/* The whole tensor, or a row of it. The innermost axis is either kept or reduced. */
WEFT_INLINE void weft_reduce_runs(const weft_reduce_max_params *p, const weft_step *s,
                                  uint32_t size, weft_merge merge, weft_greatest greatest)
{
    const uint32_t *kept = p->kept, any = p->across && s->index > 0;
    const uint32_t across = kept[5] == 1, together = across ? kept[4] : 1;
    const uint32_t outputs = weft_walk_length(kept);
    const uint32_t walk[2 * WEFT_LOOPS] = {kept[0], kept[1], kept[2], kept[3], across ? 1 : kept[4],
                                           kept[5]};
    uint32_t pass[WEFT_LOOPS] = {0}, at = 0;
    int8_t *out = s->out[0] + s->index * p->advance * size;
    for (uint32_t i = 0; i < outputs; i += together, out += together * size) {
        const int8_t *in = s->in[0] + at * size;
        if (across) {
            weft_reduce_across(p, in, out, any, size, merge);
        } else {
            const int32_t before = any ? weft_element(out, 0, size) ^ p->flip : INT32_MIN;
            const int32_t found = weft_reduce_along(p, in, before, size, greatest);
            weft_set_element(out, 0, found ^ p->flip, size);
        }
        at = weft_walk_step(at, pass, walk);
    }
}

#endif
