/* SPDX-License-Identifier: Apache-2.0
 *
 * The sum of several int8 tensors. Registered by codegen/weft/ops/elementwise/add_n.py.
 */
#ifndef WEFT_ADD_N_S8_H
#define WEFT_ADD_N_S8_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const uint8_t *order; /* for each operand its number among the inputs */
    uint32_t count;       /* operands, 2..255 */
    int32_t zero_point;   /* of all operands */
    int32_t multiplier;   /* of a sum shifted left by 19 */
    int32_t shift;        /* -31 to 0 */
    int32_t output_zero_point;
    uint32_t elements; /* elements of a row */
} weft_add_n_s8_params;

/* One row; the output may be a row of an input. */
void weft_add_n_s8(const weft_add_n_s8_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
