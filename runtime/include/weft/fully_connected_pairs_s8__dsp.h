/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_FULLY_CONNECTED_PAIRS_S8_DSP_H
#define WEFT_FULLY_CONNECTED_PAIRS_S8_DSP_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Matrix times vectors, one by one, by packed pairs, for cores with DSP instructions. Made by
 * codegen/weft/ops/weighted/fully_connected_dsp.py. */
typedef struct {
    const uint32_t *weights; /* of four output channels each, see weft/pair_gemm.h */
    int32_t first_block;     /* words of weights for the last four channels */
    int32_t weights_size;    /* words of weights for all channels */
    int32_t tail_apart;      /* whether all channels have the same tail; it is behind the weights */
    int32_t activation_min;
    int32_t activation_max;
    int32_t batch;
    int32_t input_size;
    int32_t output_size;
} weft_fully_connected_pairs_s8_dsp_params;

/* Scratch: 8 bytes for each four inputs. */
void weft_fully_connected_pairs_s8_dsp(const weft_fully_connected_pairs_s8_dsp_params *p,
                                       const weft_step *s);

/* The same for sums that may be 2^23 or more, but are below 2^30; the weights are as in
 * weft/pair_pieces.h. Scratch: a vector, filled up to whole words; none where it is that. */
void weft_fully_connected_pieces_s8_dsp(const weft_fully_connected_pairs_s8_dsp_params *p,
                                        const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
