/* SPDX-License-Identifier: Apache-2.0
 *
 * Element by element functions of operands that broadcast as NumPy's do. A kernel gives the
 * function of two elements; the walk is here, by row or over everything, for elements of 1, 2 or 4
 * bytes. Parameters come from codegen/weft/ops/broadcast.py.
 */
#ifndef WEFT_BROADCAST_H
#define WEFT_BROADCAST_H

#include "weft/elements.h"
#include "weft/inline.h"
#include "weft/step.h"
#include "weft/walk.h"

#include <stddef.h>
#include <stdint.h>

/* Where an operand comes from, and how to walk through it. */
typedef struct {
    const void *constant; /* the operand if it is constant, else NULL */
    uint32_t row;         /* elements from one row of the constant to the next; 0: one row */
    const uint32_t *step; /* elements from one index of each axis to the next, 0 to repeat */
    uint8_t in;           /* number of the input that it is, if it is not constant */
} weft_source;

/* The operands of a function of two elements. */
typedef struct {
    const uint32_t *shape; /* sizes of the WEFT_AXES axes of the output, or of a row of it */
    weft_source first;
    weft_source second;
} weft_pair;

/* A function of two elements and a kernel's parameters. */
typedef int32_t (*weft_binary)(const void *params, int32_t a, int32_t b);

/* The first element of an operand in this step. */
WEFT_INLINE const int8_t *weft_source_start(const weft_source *x, const weft_step *s, size_t size)
{
    const int8_t *constant = (const int8_t *)x->constant;
    return constant != NULL ? constant + (size_t)s->index * x->row * size : s->in[x->in];
}

/* out = f(first, second) for all elements of the output, or of a row of it. The sizes of elements
 * are constants, so that each kernel gets a loop of its own with f in it. */
WEFT_INLINE void weft_apply(weft_binary f, const void *params, const weft_pair *pair,
                            const weft_step *s, uint32_t size1, uint32_t size2, uint32_t size)
{
    const weft_source *first = &pair->first, *second = &pair->second;
    const int8_t *a = weft_source_start(first, s, size1);
    const int8_t *b = weft_source_start(second, s, size2);
    const uint32_t count = pair->shape[WEFT_OUTER_AXES];
    const uint32_t step1 = first->step[WEFT_OUTER_AXES] * size1;
    const uint32_t step2 = second->step[WEFT_OUTER_AXES] * size2;
    uint32_t index[WEFT_OUTER_AXES] = {0};
    int8_t *out = s->out[0];
    do {
        const int8_t *x = a + weft_walk_offset(index, first->step) * size1;
        const int8_t *y = b + weft_walk_offset(index, second->step) * size2;
        for (const int8_t *const end = out + count * size; out != end; out += size) {
            int32_t value = f(params, weft_element(x, 0, size1), weft_element(y, 0, size2));
            weft_set_element(out, 0, value, size);
            x += step1;
            y += step2;
        }
    } while (weft_walk_next(index, pair->shape));
}

#endif
