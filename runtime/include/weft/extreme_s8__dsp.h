/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_EXTREME_S8_DSP_H
#define WEFT_EXTREME_S8_DSP_H

#include "weft/row_pair.h"
#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The greater or lesser of rows of one scale; made by codegen/weft/ops/elementwise/maximum.py. */
typedef struct {
    weft_row_pair rows;
    int32_t flip; /* 0 for the greater, -1 for the lesser */
} weft_extreme_s8__dsp_params;

/* One row of operands as large as the output, or of such that repeat pixels or channels. The
 * output may be an operand's row if that operand is not broadcast. */
void weft_extreme_s8__dsp(const weft_extreme_s8__dsp_params *p, const weft_step *s);
void weft_extreme_repeating_s8__dsp(const weft_extreme_s8__dsp_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
