/* SPDX-License-Identifier: Apache-2.0
 *
 * float to int16. Registered by codegen/weft/ops/elementwise/quantize.py.
 */
#ifndef WEFT_QUANTIZE_F32_S16_H
#define WEFT_QUANTIZE_F32_S16_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    float scale;       /* of the output, positive; its zero point is 0 */
    uint32_t elements; /* elements of a row */
} weft_quantize_f32_s16_params;

/* One row: out = round(in / scale), halves away from zero, saturating; NaN gives 0. */
void weft_quantize_f32_s16(const weft_quantize_f32_s16_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
