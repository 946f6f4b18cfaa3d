/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparisons of int8 tensors by their real values. Registered by
 * codegen/weft/ops/elementwise/comparisons.py.
 */
#ifndef WEFT_COMPARE_S8_H
#define WEFT_COMPARE_S8_H

#include "weft/broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    weft_pair pair;
    int32_t zero1;       /* zero point of operand 1 */
    int32_t zero2;       /* zero point of operand 2 */
    int32_t multiplier1; /* scale of operand 1 in Q0.31 */
    int32_t shift1;      /* binary exponent of that scale, -31..14 */
    int32_t multiplier2; /* scale of operand 2 in Q0.31 */
    int32_t shift2;      /* binary exponent of that scale, -31..14 */
    uint32_t truth;      /* bit i is the output in case i of weft_compare_s32 */
} weft_compare_s8_params;

/* The output may be an operand's row if that operand is not broadcast. */
void weft_compare_s8(const weft_compare_s8_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
