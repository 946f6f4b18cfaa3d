/* SPDX-License-Identifier: Apache-2.0
 *
 * Integers of one scale to another. Registered by codegen/weft/ops/elementwise/quantize.py.
 */
#ifndef WEFT_RESCALE_H
#define WEFT_RESCALE_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t input_zero_point;
    int32_t multiplier; /* 31-bit fraction; no rescaled value reaches 2^30 */
    int32_t shift;      /* -31 to 30, left if positive */
    int32_t output_zero_point;
    int32_t least; /* output */
    int32_t greatest;
    uint32_t input_size; /* bytes of an element: 1, 2 or 4 */
    uint32_t output_size;
    uint32_t elements; /* elements of a row */
} weft_rescale_params;

/* One row; with equal sizes the output may be the input's row. */
void weft_rescale(const weft_rescale_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
