/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparisons of plain integers, and logic. Registered by
 * codegen/weft/ops/elementwise/comparisons.py and logical.py.
 */
#ifndef WEFT_COMPARE_H
#define WEFT_COMPARE_H

#include "weft/broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    weft_pair pair;
    uint32_t truth; /* bit i is the output in case i */
} weft_compare_params;

/* Case 0 is operand 1 < operand 2, 1 is equality, 2 is operand 1 > operand 2. */
void weft_compare_s32(const weft_compare_params *p, const weft_step *s);

/* The same of int8. The output may be an operand's row if that operand is not broadcast. */
void weft_compare_plain_s8(const weft_compare_params *p, const weft_step *s);

/* Case 2 * a + b for operands a and b of one byte, of which all but 0 counts as 1. The output may
 * be an operand's row if that operand is not broadcast. */
void weft_logical(const weft_compare_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

/* 0, 1 or 2 for less, equal and greater. */
static inline uint32_t weft_order(int32_t a, int32_t b)
{
    return 1u + (uint32_t)(a > b) - (uint32_t)(a < b);
}

static inline int32_t weft_truth(uint32_t truth, uint32_t number)
{
    return (int32_t)((truth >> number) & 1);
}

#endif
