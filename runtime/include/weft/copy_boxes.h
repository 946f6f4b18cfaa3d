/* SPDX-License-Identifier: Apache-2.0
 *
 * Boxes of bytes from inputs to outputs, row by row. Numbered by
 * codegen/weft/ops/movement/boxes.py.
 */
#ifndef WEFT_COPY_BOXES_H
#define WEFT_COPY_BOXES_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Axes of a box at most: those of a tensor, each repeated. */
#define WEFT_BOX_AXES 12

/* A box is described by 8 numbers and 3 for each axis. Distances are in bytes.
 *
 *   input, output    positions in the step's `in` and `out`; input -1 is `constant`
 *   first, end       the steps that copy it: from `first` on, before `end`
 *   source, advance  its place in the input at step `first`, and how much further with each step
 *   target           its place in the output row
 *   run              bytes that are copied as one, from each place in the input
 *   then by axis     its size, and from one place to the next in the input and in the output
 *
 * The longest axis should come last. */
typedef struct {
    const int32_t *boxes;
    const int8_t *constant; /* the constant inputs, NULL if there is none */
    uint32_t count;         /* boxes */
    uint32_t axes;          /* of each box, at most WEFT_BOX_AXES */
} weft_copy_boxes_params;

/* One row of each output. Every byte of it is in one box. */
void weft_copy_boxes(const weft_copy_boxes_params *p, const weft_step *s);

/* One row of the input, to all its places in the whole output: `source` stays, and `target` is
 * the place of the first row and goes on by `advance`. */
void weft_spread_boxes(const weft_copy_boxes_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
