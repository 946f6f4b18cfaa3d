/* SPDX-License-Identifier: Apache-2.0
 *
 * A step of a kernel that is made of several, each of which reads and writes a part of the rows.
 */
#ifndef WEFT_PART_STEP_H
#define WEFT_PART_STEP_H

#include "weft/inline.h"
#include "weft/step.h"

#include <stdint.h>

#define WEFT_PART_ROWS 32 /* that a step of a part reads, at most */

/* Where the rows of a part are. */
typedef struct {
    const int8_t *in[WEFT_PART_ROWS];
    int8_t *out[2];
} weft_part_rows;

/* The step of a part: `count` input rows from number `row` on, `in` bytes from where rows begin,
 * and one or two output rows, `out` bytes from where they begin. */
WEFT_INLINE weft_step weft_part_step(weft_part_rows *rows, const weft_step *s, int32_t row,
                                     int32_t count, int32_t in, int32_t out)
{
    weft_step part = *s;
    for (int32_t i = 0; i < count; i++) {
        rows->in[i] = s->in[row + i] + in;
    }
    for (int32_t i = 0; i < s->rows; i++) {
        rows->out[i] = s->out[i] + out;
    }
    part.in = rows->in;
    part.out = rows->out;
    return part;
}

#endif
