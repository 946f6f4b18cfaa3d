/* SPDX-License-Identifier: Apache-2.0
 *
 * int8 or uint8 to float. Registered by codegen/weft/ops/elementwise/dequantize.py.
 */
#ifndef WEFT_DEQUANTIZE_S8_F32_H
#define WEFT_DEQUANTIZE_S8_F32_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    float scale;       /* of the input */
    int32_t zero;      /* zero point of the input; 128 less for uint8, hence -128..127 */
    uint8_t flip;      /* 0x80 for uint8, whose value less 128 is the int8 with that bit flipped */
    uint32_t elements; /* elements of a row */
} weft_dequantize_s8_f32_params;

/* One row: out = scale * (in - zero). */
void weft_dequantize_s8_f32(const weft_dequantize_s8_f32_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
