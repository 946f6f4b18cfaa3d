/* SPDX-License-Identifier: Apache-2.0
 *
 * Where along an axis the extreme is. Registered by codegen/weft/ops/reduction/arg_extremes.py.
 */
#ifndef WEFT_ARG_MAX_H
#define WEFT_ARG_MAX_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const uint32_t *kept;    /* the walk over what stays, see reduce.h */
    const uint32_t *reduced; /* the walk along the axis: its last loop */
    uint32_t advance;        /* outputs of a step, where all steps fill one row; else 0 */
    uint32_t across;         /* 1 if the axis is that of the steps */
    int32_t flip;            /* 0 for the greatest value, -1 for the least: see reduce_max.h */
    uint32_t words;          /* 32-bit words of an output: 1 for int32, 2 for int64 */
} weft_arg_max_params;

/* The whole tensor, or a row of it; the first of equal values counts. `across` needs an int32 of
 * state for each output. */
void weft_arg_max_s8(const weft_arg_max_params *p, const weft_step *s);
void weft_arg_max_s16(const weft_arg_max_params *p, const weft_step *s);
void weft_arg_max_s32(const weft_arg_max_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
