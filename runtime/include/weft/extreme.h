/* SPDX-License-Identifier: Apache-2.0
 *
 * The greater or lesser of two operands of one scale. Registered by
 * codegen/weft/ops/elementwise/maximum.py.
 */
#ifndef WEFT_EXTREME_H
#define WEFT_EXTREME_H

#include "weft/broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    weft_pair pair;
    int32_t flip; /* 0 for the greater, -1 for the lesser */
} weft_extreme_params;

/* The output may be an operand's row if that operand is not broadcast. */
void weft_extreme_s8(const weft_extreme_params *p, const weft_step *s);
void weft_extreme_s16(const weft_extreme_params *p, const weft_step *s);
void weft_extreme_s32(const weft_extreme_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
