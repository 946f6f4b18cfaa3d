/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions of int16 by linear interpolation. Registered by
 * codegen/weft/ops/elementwise/interpolation.py.
 */
#ifndef WEFT_INTERPOLATE_S16_H
#define WEFT_INTERPOLATE_S16_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int16_t *table; /* the function at -32768, -32640, ... 32640, and at the end: 513 */
    uint32_t elements;    /* elements of a row */
} weft_interpolate_s16_params;

/* One row. The output may be the input's row. */
void weft_interpolate_s16(const weft_interpolate_s16_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
