/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums so far along an axis. Registered by codegen/weft/ops/reduction/cumsum.py.
 */
#ifndef WEFT_CUMSUM_H
#define WEFT_CUMSUM_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A step is given a row, or the whole tensor: `outer` times `length` times `inner` elements. */
typedef struct {
    uint32_t outer;
    uint32_t length; /* of the axis; 1 if it is that of the steps */
    uint32_t inner;
    uint32_t exclusive; /* 1 if a sum leaves out its own element */
    uint32_t reverse;   /* 1 if sums start at the end */
    uint32_t across;    /* 1 if sums go on from step to step: a state of outer * inner int32 */
} weft_cumsum_params;

typedef struct {
    uint32_t outer; /* as above */
    uint32_t length;
    uint32_t inner;
    uint32_t exclusive;
    uint32_t reverse;
    uint32_t across;
    int32_t zero_point; /* of the input; sums start at minus this */
    int32_t multiplier; /* of a sum shifted left by 19 */
    int32_t shift;      /* -31 to 0 */
    int32_t output_zero_point;
} weft_cumsum_s8_params;

void weft_cumsum_s8(const weft_cumsum_s8_params *p, const weft_step *s);

/* Sums wrap. */
void weft_cumsum_s32(const weft_cumsum_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
