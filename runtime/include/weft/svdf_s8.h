/* SPDX-License-Identifier: Apache-2.0
 *
 * A filter over time of limited rank, int8. Registered by codegen/weft/ops/stateful/svdf.py.
 */
#ifndef WEFT_SVDF_S8_H
#define WEFT_SVDF_S8_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A unit owns `rank` filters, one after the other; a filter keeps its last `memory` outputs, oldest
 * first. Sums over time wrap, as in the reference; those of features fit 32 bits. */
typedef struct {
    const int8_t *feature_weights; /* filters x inputs */
    const int32_t *feature_bias;   /* what the input's zero point adds, by filter */
    const void *time_weights;      /* filters x memory, of the type of the state */
    const int32_t *bias;           /* by unit */
    int32_t inputs;
    int32_t filters;
    int32_t memory;
    int32_t rank;
    int32_t feature_multiplier; /* from sums of features to the state; shift -31..30 */
    int32_t feature_shift;
    int32_t output_multiplier; /* from sums over time to the output; shift -31..30 */
    int32_t output_shift;
    int32_t output_zero_point;
} weft_svdf_s8_params;

/* The whole output, and the state, filters x memory values of int16 or int8, in its place. */
void weft_svdf_s8_s16(const weft_svdf_s8_params *p, const weft_step *s);
void weft_svdf_s8_s8(const weft_svdf_s8_params *p, const weft_step *s);

/* The same for cores with DSP instructions. */
void weft_svdf_s8_s16_dsp(const weft_svdf_s8_params *p, const weft_step *s);
void weft_svdf_s8_s8_dsp(const weft_svdf_s8_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
