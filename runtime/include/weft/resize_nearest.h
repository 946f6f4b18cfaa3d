/* SPDX-License-Identifier: Apache-2.0
 *
 * An image of another size, from nearest pixels. Registered by codegen/weft/ops/movement/resize.py.
 */
#ifndef WEFT_RESIZE_NEAREST_H
#define WEFT_RESIZE_NEAREST_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const uint16_t *columns; /* for each output pixel the input pixel */
    uint32_t pixels;         /* output pixels of a row */
    uint32_t pixel;          /* bytes of a pixel */
    uint32_t output_step;    /* output bytes from one pixel to the next */
} weft_resize_nearest_params;

/* One row, from the nearest input row. */
void weft_resize_nearest(const weft_resize_nearest_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
