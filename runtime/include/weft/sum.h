/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums, differences and squared differences of operands of unlike scales. Registered by
 * codegen/weft/ops/elementwise/add.py, sub.py and squared_difference.py.
 */
#ifndef WEFT_SUM_H
#define WEFT_SUM_H

#include "weft/broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    weft_pair pair;
    int32_t unit;  /* 2^20 or 2^7 for int8, 2^15 for int16: brings operands to few bits of 2^31 */
    int32_t zero1; /* zero point of operand 1 */
    int32_t zero2; /* zero point of operand 2 */
    int32_t multiplier1; /* factor of operand 1 to the common scale in Q0.31 */
    int32_t shift1;      /* binary exponent of that factor, -31..0 */
    int32_t multiplier2; /* factor of operand 2 to the common scale in Q0.31 */
    int32_t shift2;      /* binary exponent of that factor, -31..0 */
    int32_t multiplier;  /* factor of the result to the output's scale in Q0.31 */
    int32_t shift;       /* binary exponent of that factor, -31..0 */
    int32_t zero_out;    /* zero point of the output */
    int32_t lo;          /* least output */
    int32_t hi;          /* greatest output */
} weft_sum_params;

/* out = clamp(round(factor * (operand 1 + operand 2)) + zero_out). The output may be an operand's
 * row if that operand is not broadcast, as below. */
void weft_sum_s8(const weft_sum_params *p, const weft_step *s);
void weft_sum_s16(const weft_sum_params *p, const weft_step *s);

/* The same with operand 1 - operand 2. */
void weft_difference_s8(const weft_sum_params *p, const weft_step *s);
void weft_difference_s16(const weft_sum_params *p, const weft_step *s);

/* The same with (operand 1 - operand 2)^2. */
void weft_squared_difference_s8(const weft_sum_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
