/* SPDX-License-Identifier: Apache-2.0
 *
 * Product of int8 rows with broadcasting along rows, pixels and channels. Registered by
 * codegen/weft/ops/elementwise/mul.py.
 */
#ifndef WEFT_MUL_S8_H
#define WEFT_MUL_S8_H

#include "weft/row_pair.h"
#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    weft_row_pair rows;
    int32_t zero1;      /* zero point of operand 1, -128..127 */
    int32_t zero2;      /* zero point of operand 2, -128..127 */
    int32_t multiplier; /* factor of the product in Q0.31 */
    int32_t shift;      /* right shift after multiplier, 1..31 */
    int32_t zero_out;   /* zero point of the output, -128..127 */
    int32_t lo;         /* least output, -128..127 */
    int32_t hi;         /* greatest output, lo..127 */
} weft_mul_s8_params;

/* One row: out = clamp(round(factor * operand 1 * operand 2) + zero_out). The output may be an
 * operand's row if that operand is not broadcast. */
void weft_mul_s8(const weft_mul_s8_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
