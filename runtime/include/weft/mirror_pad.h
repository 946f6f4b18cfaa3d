/* SPDX-License-Identifier: Apache-2.0
 *
 * An image with a border that mirrors it, row by row. Registered by
 * codegen/weft/ops/movement/mirror_pad.py.
 */
#ifndef WEFT_MIRROR_PAD_H
#define WEFT_MIRROR_PAD_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    uint32_t pixels;   /* pixels of an input row */
    uint32_t left;     /* pixels of border at the start of a row */
    uint32_t right;    /* pixels of border at the end of a row */
    uint32_t channels; /* channels of an input pixel */
    uint32_t before;   /* channels of border before each pixel */
    uint32_t after;    /* channels of border after each pixel */
    uint32_t skip;     /* 1 if the mirror leaves out the edge itself */
    uint32_t size;     /* bytes of an element */
} weft_mirror_pad_params;

/* One row, from the row that it shows. */
void weft_mirror_pad(const weft_mirror_pad_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
