/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums over any axes, see reduce_sum.h. Twin of the references in
 * codegen/weft/ops/reduction/sums.py.
 */
#include "weft/reduce_sum.h"

#include "weft/elements.h"
#include "weft/linear.h"
#include "weft/reduce.h"

/* The sum of a run of elements. */
WEFT_INLINE int32_t sum_of_run(const int8_t *x, uint32_t count, uint32_t step, uint32_t size)
{
    int32_t sum = 0;
    for (; count > 0; count--, x += step * size) {
        sum += weft_element(x, 0, size);
    }
    return sum;
}

/* The sum of a walk, which is most often one run. */
WEFT_INLINE int32_t sum_of(const uint32_t *loops, const int8_t *x, uint32_t size)
{
    int32_t sum = sum_of_run(x, loops[4], loops[5], size);
    uint32_t at = 0, inner = 1;
    for (uint32_t left = loops[0] * loops[2] - 1; left > 0; left--) {
        at += loops[3];
        if (inner++ == loops[2]) {
            at += loops[1] - loops[2] * loops[3];
            inner = 1;
        }
        sum += sum_of_run(x + at * size, loops[4], loops[5], size);
    }
    return sum;
}

WEFT_INLINE void reduce(const weft_reduce_sum_params *p, const weft_step *s, uint32_t size)
{
    int32_t *sums = (int32_t *)(void *)s->state;
    const int32_t greatest = (1 << (8 * size - 1)) - 1;
    const uint32_t outputs = weft_walk_length(p->kept);
    uint32_t pass[WEFT_LOOPS] = {0}, at = 0, out = s->index * p->advance;
    for (uint32_t i = 0; i < outputs; i++) {
        int32_t sum = sum_of(p->reduced, s->in[0] + at * size, size);
        at = weft_walk_step(at, pass, p->kept);
        if (p->across) {
            sum += s->index ? sums[i] : 0;
            sums[i] = sum;
            if (s->index + 1 < s->steps) {
                continue;
            }
        }
        uint32_t scaled = (uint32_t)weft_requantize(sum + p->offset, p->multiplier, p->shift);
        int32_t value = (int32_t)(scaled + (uint32_t)p->output_zero_point);
        weft_set_element(s->out[0], out + i, weft_clamp(value, -greatest - 1, greatest), size);
    }
}

void weft_reduce_sum_s8(const weft_reduce_sum_params *p, const weft_step *s)
{
    reduce(p, s, 1);
}

void weft_reduce_sum_s16(const weft_reduce_sum_params *p, const weft_step *s)
{
    reduce(p, s, 2);
}
