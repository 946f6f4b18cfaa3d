/* SPDX-License-Identifier: Apache-2.0
 *
 * Any function of one byte, as a table. Registered by codegen/weft/ops/elementwise/lut.py.
 */
#ifndef WEFT_LUT_S8_H
#define WEFT_LUT_S8_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *table;  /* 256 outputs; the input byte, taken as unsigned, is the index */
    uint32_t elements;    /* of a run */
    uint32_t runs;        /* 1 for a row, or its pixels where the output has others in between */
    uint32_t output_step; /* output bytes from one run to the next */
} weft_lut_s8_params;

/* One row; the output may be the input's row. */
void weft_lut_s8(const weft_lut_s8_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
