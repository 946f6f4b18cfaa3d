/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_FULLY_CONNECTED_S8_DSP_H
#define WEFT_FULLY_CONNECTED_S8_DSP_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Matrix times vectors, for cores with DSP instructions: any weights whose sums are below 2^30.
 * Packed pairs are faster, but have no room for some pairs of weights: those with a -128.
 *
 * `weights` are blocks of four channels, all words: the bias of each; for each four inputs the
 * weights of each, four bytes. What is missing in the last block and behind the last inputs is 0.
 * `scaling` is a multiplier, an addend and a shift, 1 to 31:
 *   (rounded_upper_word(2 * sum * multiplier) + addend - (sum < 0)) >> shift
 */
typedef struct {
    const uint32_t *weights;
    const uint32_t *scaling;
    int32_t scaling_step; /* from one channel's to the next: 3, or 0 if all have the same */
    int32_t activation_min;
    int32_t activation_max;
    int32_t batch;
    int32_t input_size;
    int32_t output_size;
} weft_fully_connected_s8_dsp_params;

void weft_fully_connected_s8_dsp(const weft_fully_connected_s8_dsp_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
