/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_MUL_S8_DSP_H
#define WEFT_MUL_S8_DSP_H

#include "weft/row_pair.h"
#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A product of rows; made by codegen/weft/ops/elementwise/mul.py. All sums fit int32: a scaled
 * product is below 2^16, the offset below 2^31 - 2^21. */
typedef struct {
    weft_row_pair rows;
    int32_t zero1;      /* zero point of operand 1, -128..127 */
    int32_t zero2;      /* zero point of operand 2, -128..127 */
    int32_t multiplier; /* factor of the product in Q0.31 */
    int32_t shift;      /* right shift after multiplier, 1..23 */
    int32_t offset;     /* zero point of the output, and a half, times 2^shift */
    int32_t lo;         /* least output, -128..127; unless it and hi are these, it is taken from
                         * the zero point in `offset` */
    int32_t hi;         /* greatest output, lo..127 */
} weft_mul_s8__dsp_params;

/* One row: out = clamp(round(factor * operand 1 * operand 2) + zero point); of operands as large as
 * the output, or of such that repeat pixels or channels. The output may be an operand's row if that
 * operand is not broadcast. */
void weft_mul_s8__dsp(const weft_mul_s8__dsp_params *p, const weft_step *s);
void weft_mul_repeating_s8__dsp(const weft_mul_s8__dsp_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
