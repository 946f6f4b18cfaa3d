/* SPDX-License-Identifier: Apache-2.0
 *
 * Extremes over any axes, see reduce_max.h. Twin of the references in
 * codegen/weft/ops/reduction/extremes.py.
 */
#include "weft/reduce_max.h"

#include "weft/reduce_runs.h"

/* The functions of reduce_runs.h for elements of any size. */
WEFT_INLINE void merge(int8_t *out, const int8_t *x, uint32_t count, int32_t flip, uint32_t size)
{
    for (uint32_t i = 0; i < count; i++) {
        const int32_t a = weft_element(out, i, size), b = weft_element(x, i, size);
        weft_set_element(out, i, (a ^ flip) > (b ^ flip) ? a : b, size);
    }
}

WEFT_INLINE int32_t greatest(const int8_t *x, uint32_t count, int32_t flip, int32_t so_far,
                             uint32_t size)
{
    for (uint32_t i = 0; i < count; i++) {
        const int32_t value = weft_element(x, i, size) ^ flip;
        so_far = value > so_far ? value : so_far;
    }
    return so_far;
}

/* WEFT_REDUCE: the kernel of elements of `size` bytes. */
#define WEFT_REDUCE(name, size)                                                                    \
    WEFT_LEAF void merge_##name(int8_t *out, const int8_t *x, uint32_t count, int32_t flip)        \
    {                                                                                              \
        merge(out, x, count, flip, size);                                                          \
    }                                                                                              \
    WEFT_LEAF int32_t greatest_##name(const int8_t *x, uint32_t count, int32_t flip,               \
                                      int32_t so_far)                                              \
    {                                                                                              \
        return greatest(x, count, flip, so_far, size);                                             \
    }                                                                                              \
    void weft_reduce_max_##name(const weft_reduce_max_params *p, const weft_step *s)               \
    {                                                                                              \
        weft_reduce_runs(p, s, size, merge_##name, greatest_##name);                               \
    }

WEFT_REDUCE(s8, 1)
WEFT_REDUCE(s16, 2)
WEFT_REDUCE(s32, 4)
