/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_CONV_2D_PIECES_S16_DSP_H
#define WEFT_CONV_2D_PIECES_S16_DSP_H

#include "weft/conv_2d_s16__dsp.h"
#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The same for sums of up to 48 bits, and scalings of any kind: pieces of a sum fit 32 bits, and
 * are added up in 64. `weights` are blocks of four channels; a block has for each piece four words
 * of 0, where its sums start, and its pairs. The number of pairs of a piece is even. */
typedef struct {
    weft_conv_2d_s16_dsp_params conv; /* but for `how` and `clamps` */
    const int64_t *bias;              /* by output channel, below 2^47 */
    const int32_t *multiplier;        /* as in weft/conv_2d_s16.h */
    const int8_t *shift;
    int32_t rounds_once;
    int32_t piece; /* pairs of all but the last piece */
} weft_conv_2d_pieces_s16_dsp_params;

/* Rows and scratch are as above. */
void weft_conv_2d_pieces_s16_dsp(const weft_conv_2d_pieces_s16_dsp_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
