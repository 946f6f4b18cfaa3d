/* SPDX-License-Identifier: Apache-2.0
 *
 * An image with a border, row by row. Registered by codegen/weft/ops/movement/pad.py.
 */
#ifndef WEFT_PAD_H
#define WEFT_PAD_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    uint32_t left;     /* elements of border at the start of a row */
    uint32_t right;    /* elements of border at the end of a row */
    uint32_t pixels;   /* pixels of an input row, 1 where pixels have no border of their own */
    uint32_t channels; /* channels of an input pixel */
    uint32_t before;   /* elements of border before each pixel */
    uint32_t after;    /* elements of border after each pixel */
    uint32_t size;     /* bytes of an element: 1, 2 or 4 */
    int32_t fill;      /* an element of the border; its bits, if it is a float */
} weft_pad_params;

/* One row; a null input row is above or below the image. */
void weft_pad(const weft_pad_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
