/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_ADD_SIGNED_S8_DSP_H
#define WEFT_ADD_SIGNED_S8_DSP_H

#include "weft/row_pair.h"
#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A sum or difference of rows whose halves of a step are rounded away from zero; made by
 * codegen/weft/ops/elementwise/sum_dsp.py. */
typedef struct {
    weft_row_pair rows;
    int32_t factor1; /* scale of operand 1 over scale of the output, times 2^29 */
    int32_t factor2; /* the same of operand 2, negative in a difference */
    int32_t middle;  /* what brings the sum of products to 0 where both operands are */
    int32_t offset;  /* what is added to that sum, times 2^21 */
    int32_t lo; /* least output, -128..127; `offset` is without it unless all int8 are outputs */
    int32_t hi; /* greatest output, lo..127 */
} weft_add_signed_s8__dsp_params;

/* One row: sum = (operand1 * factor1 >> 8) + (operand2 * factor2 >> 8) + middle,
 * out = saturate(sum - (sum < 0) + offset >> 21), clamped; of operands as large as the output,
 * or of such that repeat pixels or channels. The output may be an operand's row if that operand is
 * not broadcast. */
void weft_add_signed_s8__dsp(const weft_add_signed_s8__dsp_params *p, const weft_step *s);
void weft_add_signed_repeating_s8__dsp(const weft_add_signed_s8__dsp_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
