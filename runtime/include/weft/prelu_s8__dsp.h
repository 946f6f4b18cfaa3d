/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_PRELU_S8_DSP_H
#define WEFT_PRELU_S8_DSP_H

#include "weft/row_pair.h"
#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Linear units with a slope of their own, row by row; made by
 * codegen/weft/ops/elementwise/prelu.py. All sums fit int32: what is scaled is below 2^24, its
 * upper word less, and an offset below 2^31 - 2^24. */
typedef struct {
    weft_row_pair rows;          /* operand 1 is the input, operand 2 the slopes */
    int32_t zero1;               /* zero point of the input, -128..127 */
    int32_t zero2;               /* zero point of the slopes, -128..127 */
    int32_t unit;                /* of a positive input in front of the multiplier, 2..2^14 */
    int32_t positive_multiplier; /* factor of a positive input in Q0.31 */
    int32_t positive_shift;      /* right shift after it, 0..22 */
    int32_t positive_offset;     /* zero point of the output, and a half, times 2^shift */
    int32_t negative_multiplier; /* the same of a negative input times its slope */
    int32_t negative_shift;      /* 1..22 */
    int32_t negative_offset;
} weft_prelu_s8__dsp_params;

/* One row; of slopes as many as inputs, or of such that repeat pixels or channels. The output may
 * be the input's row. */
void weft_prelu_s8__dsp(const weft_prelu_s8__dsp_params *p, const weft_step *s);
void weft_prelu_repeating_s8__dsp(const weft_prelu_s8__dsp_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
