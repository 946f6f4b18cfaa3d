/* SPDX-License-Identifier: Apache-2.0
 *
 * float to int8 or uint8. Registered by codegen/weft/ops/elementwise/quantize.py.
 */
#ifndef WEFT_QUANTIZE_F32_S8_H
#define WEFT_QUANTIZE_F32_S8_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    float scale;       /* of the output, positive */
    int32_t zero;      /* zero point of the output; 128 less for uint8, hence -128..127 */
    uint8_t flip;      /* 0x80 for uint8, whose value less 128 is the int8 with that bit flipped */
    uint32_t elements; /* elements of a row */
} weft_quantize_f32_s8_params;

/* One row: out = round(in / scale) + zero, halves away from zero, saturating; NaN gives zero. */
void weft_quantize_f32_s8(const weft_quantize_f32_s8_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
