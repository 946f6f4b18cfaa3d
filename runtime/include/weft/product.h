/* SPDX-License-Identifier: Apache-2.0
 *
 * Products of quantized operands. Registered by codegen/weft/ops/elementwise/mul.py.
 */
#ifndef WEFT_PRODUCT_H
#define WEFT_PRODUCT_H

#include "weft/broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    weft_pair pair;
    int32_t zero1;      /* zero point of operand 1 */
    int32_t zero2;      /* zero point of operand 2 */
    int32_t multiplier; /* factor of the product in Q0.31 */
    int32_t shift;      /* binary exponent of that factor, -31..30 */
    int32_t zero_out;   /* zero point of the output */
    int32_t lo;         /* least output */
    int32_t hi;         /* greatest output */
} weft_product_params;

/* out = clamp(round(factor * operand 1 * operand 2) + zero_out). The output may be an operand's row
 * if that operand is not broadcast, as below. */
void weft_product_s8(const weft_product_params *p, const weft_step *s);
void weft_product_s16(const weft_product_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
