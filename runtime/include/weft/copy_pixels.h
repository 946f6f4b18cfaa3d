/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows whose pixels go between those of other tensors. Registered by codegen/weft/ops/copy.py.
 */
#ifndef WEFT_COPY_PIXELS_H
#define WEFT_COPY_PIXELS_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const void *constant; /* all rows, packed, or NULL: the input's row */
    int32_t pixels;       /* of a row */
    int32_t pixel;        /* bytes of a pixel */
    int32_t output_step;  /* output bytes from one pixel to the next */
} weft_copy_pixels_params;

/* The row that the step makes. */
void weft_copy_pixels(const weft_copy_pixels_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
