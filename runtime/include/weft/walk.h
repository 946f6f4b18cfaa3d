/* SPDX-License-Identifier: Apache-2.0
 *
 * Walking through a box of elements. Shared by the general kernels of
 * codegen/weft/ops/elementwise/add.py, mul.py and pad.py.
 */
#ifndef WEFT_WALK_H
#define WEFT_WALK_H

#include <stdint.h>

/* Axes of a box; a box with fewer has leading axes of size 1. */
#define WEFT_AXES 6

/* All axes but the last, which kernels walk in an inner loop of their own. */
#define WEFT_OUTER_AXES (WEFT_AXES - 1)

/* Moves `index` to the next position of the outer axes; 0 after the last position. */
static inline int weft_walk_next(uint32_t *index, const uint32_t *shape)
{
    for (int axis = WEFT_OUTER_AXES - 1; axis >= 0; --axis) {
        if (++index[axis] < shape[axis]) {
            return 1;
        }
        index[axis] = 0;
    }
    return 0;
}

/* Elements from the start of a tensor to the position `index` of the outer axes. */
static inline uint32_t weft_walk_offset(const uint32_t *index, const uint32_t *step)
{
    uint32_t offset = 0;
    for (int axis = 0; axis < WEFT_OUTER_AXES; ++axis) {
        offset += index[axis] * step[axis];
    }
    return offset;
}

#endif
