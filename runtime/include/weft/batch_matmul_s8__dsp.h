/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_BATCH_MATMUL_S8_DSP_H
#define WEFT_BATCH_MATMUL_S8_DSP_H

#include "weft/batch_matmul.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Products of int8 matrices for cores with DSP instructions, where the scaling shifts right by 1 to
 * 23 and sums are below 2^30. `multiplier` and `shift`, to the right here, and `addend` make
 * outputs: (rounded_upper_word(2 * sum * multiplier) + addend - (sum < 0)) >> shift
 */
typedef struct {
    weft_batch_matmul_params product;
    int32_t addend;
} weft_batch_matmul_s8_dsp_params;

/* Scratch: 9 bytes for each product in a sum, whose number is rounded up to a multiple of 4. */
void weft_batch_matmul_s8_dsp(const weft_batch_matmul_s8_dsp_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
