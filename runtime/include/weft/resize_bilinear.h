/* SPDX-License-Identifier: Apache-2.0
 *
 * An image of another size, interpolated. Registered by codegen/weft/ops/movement/resize.py.
 */
#ifndef WEFT_RESIZE_BILINEAR_H
#define WEFT_RESIZE_BILINEAR_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Output i of an axis lies at start + i * step of the input, in 1/1024 pixel; before the first
 * pixel or behind the last one it is that one. */
typedef struct {
    int32_t row_start;
    int32_t row_step;
    int32_t column_start;
    int32_t column_step;
    uint32_t input_width;
    uint32_t output_width;
    uint32_t channels;
    uint32_t output_step; /* output elements from one pixel to the next */
} weft_resize_bilinear_params;

/* One row, from the row at or before it and the next, which is null behind the image. */
void weft_resize_bilinear_s8(const weft_resize_bilinear_params *p, const weft_step *s);
void weft_resize_bilinear_s16(const weft_resize_bilinear_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
