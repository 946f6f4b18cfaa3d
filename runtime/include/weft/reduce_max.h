/* SPDX-License-Identifier: Apache-2.0
 *
 * Extremes over any axes. Registered by codegen/weft/ops/reduction/extremes.py.
 */
#ifndef WEFT_REDUCE_MAX_H
#define WEFT_REDUCE_MAX_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The least value is the greatest of the values with all bits flipped, flipped again. */
typedef struct {
    const uint32_t *kept;    /* the walk over what stays, see reduce.h */
    const uint32_t *reduced; /* the walk over what is compared for one output */
    uint32_t advance;        /* outputs of a step, where all steps fill one row; else 0 */
    uint32_t across;         /* 1 if every step compares with the same outputs */
    int32_t flip;            /* 0 for the greatest, -1 for the least */
} weft_reduce_max_params;

/* The whole tensor, or a row of it. */
void weft_reduce_max_s8(const weft_reduce_max_params *p, const weft_step *s);
void weft_reduce_max_s8__dsp(const weft_reduce_max_params *p, const weft_step *s);
void weft_reduce_max_s16(const weft_reduce_max_params *p, const weft_step *s);
void weft_reduce_max_s32(const weft_reduce_max_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
