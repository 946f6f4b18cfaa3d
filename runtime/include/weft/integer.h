/* SPDX-License-Identifier: Apache-2.0
 *
 * Arithmetic of plain int32, modulo 2^32. Registered by codegen/weft/ops/elementwise/integer.py.
 */
#ifndef WEFT_INTEGER_H
#define WEFT_INTEGER_H

#include "weft/broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    weft_pair pair;
    int32_t factor1; /* -1, 0 or 1 */
    int32_t factor2; /* -1, 0 or 1 */
    int32_t lo;      /* least output */
    int32_t hi;      /* greatest output */
} weft_integer_params;

/* out = clamp(factor1 * operand 1 + factor2 * operand 2). The output may be an operand's row if
 * that operand is not broadcast, as below. */
void weft_combine_s32(const weft_integer_params *p, const weft_step *s);

/* out = clamp(operand 1 * operand 2). */
void weft_multiply_s32(const weft_integer_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
