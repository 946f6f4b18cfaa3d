/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions of int16 that are two straight lines from 0. Registered by
 * codegen/weft/ops/elementwise/slopes.py.
 */
#ifndef WEFT_SLOPES_S16_H
#define WEFT_SLOPES_S16_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t negative_multiplier; /* factor of negative inputs in Q0.31, of either sign */
    int32_t negative_shift;      /* left shift that goes with it, -31..15 */
    int32_t positive_multiplier; /* factor of the others in Q0.31 */
    int32_t positive_shift;      /* left shift that goes with it, -31..15 */
    int32_t lo;                  /* least output, -32768..32767 */
    int32_t hi;                  /* greatest output, lo..32767 */
    uint32_t elements;           /* elements of a row */
} weft_slopes_s16_params;

/* One row: out = clamp(round(factor * x)). The output may be the input's row. */
void weft_slopes_s16(const weft_slopes_s16_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
