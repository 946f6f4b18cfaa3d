/* SPDX-License-Identifier: Apache-2.0
 *
 * int16 to float. Registered by codegen/weft/ops/elementwise/dequantize.py.
 */
#ifndef WEFT_DEQUANTIZE_S16_F32_H
#define WEFT_DEQUANTIZE_S16_F32_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    float scale;       /* of the input; its zero point is 0 */
    uint32_t elements; /* elements of a row */
} weft_dequantize_s16_f32_params;

/* One row: out = scale * in. */
void weft_dequantize_s16_f32(const weft_dequantize_s16_f32_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
