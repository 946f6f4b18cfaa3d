/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_ADD_S8_DSP_H
#define WEFT_ADD_S8_DSP_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An addition of rows of the same size; made by codegen/weft/ops/add.py. */
typedef struct {
    const int8_t *constant1; /* operand 1 if it is constant, else NULL */
    const int8_t *constant2; /* operand 2 if it is constant, else NULL */
    uint8_t in1;             /* number of the input that operand 1 is, if it is not constant */
    uint8_t in2;             /* number of the input that operand 2 is, if it is not constant */
    uint32_t row1;           /* elements from one row of constant1 to the next; 0: one row */
    uint32_t row2;           /* elements from one row of constant2 to the next; 0: one row */
    uint32_t elements;       /* of a row */
    int32_t factor1;         /* scale of operand 1 over scale of the output, times 2^29 */
    int32_t factor2;         /* the same of operand 2 */
    int32_t offset;          /* what is added to the sum of products, times 2^21 */
    int32_t lo;              /* least output, -128..127 */
    int32_t hi;              /* greatest output, lo..127 */
} weft_add_s8__dsp_params;

/* One row: out = saturate((operand1 * factor1 >> 8) + (operand2 * factor2 >> 8) + offset >> 21),
 * clamped. The output may be an operand's row. */
void weft_add_s8__dsp(const weft_add_s8__dsp_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
