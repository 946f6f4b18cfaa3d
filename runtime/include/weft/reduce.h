/* SPDX-License-Identifier: Apache-2.0
 *
 * Walking through the elements of a reduction. Twin of codegen/weft/ops/reduction/reduction.py.
 *
 * A walk is three loops, outermost first: six numbers, of each loop the length and the elements
 * from one pass to the next.
 */
#ifndef WEFT_REDUCE_H
#define WEFT_REDUCE_H

#include <stdint.h>

#define WEFT_LOOPS 3

/* Elements of a walk. */
static inline uint32_t weft_walk_length(const uint32_t *loops)
{
    return loops[0] * loops[2] * loops[4];
}

/* From the element at `at` to the next. `pass` counts the passes of the loops, from 0. */
static inline uint32_t weft_walk_step(uint32_t at, uint32_t *pass, const uint32_t *loops)
{
    for (int i = WEFT_LOOPS - 1; i >= 0; i--) {
        at += loops[2 * i + 1];
        if (++pass[i] < loops[2 * i]) {
            break;
        }
        at -= loops[2 * i] * loops[2 * i + 1];
        pass[i] = 0;
    }
    return at;
}

#endif
