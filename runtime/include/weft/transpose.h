/* SPDX-License-Identifier: Apache-2.0
 *
 * A whole tensor with its axes in another order. Registered by codegen/weft/ops/transpose.py.
 */
#ifndef WEFT_TRANSPOSE_H
#define WEFT_TRANSPOSE_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const uint32_t *shape; /* sizes of the output's WEFT_AXES axes */
    const uint32_t *step;  /* elements of the input from one index of each to the next */
    uint32_t size;         /* bytes of an element: 1, 2 or 4 */
} weft_transpose_params;

/* The whole output in one step, packed. */
void weft_transpose(const weft_transpose_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
