/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_TRANSPOSE_CONV_S8_DSP_H
#define WEFT_TRANSPOSE_CONV_S8_DSP_H

#include "weft/conv_2d_s8__dsp.h"
#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEFT_PHASE_NUMBERS 14

/* A transposed convolution for cores with DSP instructions; made by
 * codegen/weft/ops/weighted/transpose_pairs.py. Rows at the same place within a stride, a phase,
 * are made by the same convolutions of stride 1, `parts` of them: each makes some neighboring
 * pixels of every stride. */
typedef struct {
    weft_conv_2d_s8_dsp_params conv; /* what parts have in common; the weights of all of them */
    const int32_t *phases; /* by phase of rows, then by part, these numbers: where its weights and
                              its input start, and fields of `conv`: output_width, filter_height,
                              weights_size, first_block, exact, pairs, runs, run_words, run_last,
                              run_rest, tile, shared */
    int32_t parts;         /* of a row */
    int32_t part_outputs;  /* output bytes from the first pixel of a part to that of the next one */
    int32_t rows;          /* of the input for a step, 32 or fewer; parts read the last ones */
    int32_t stride_height;
    int32_t pad_top;
} weft_transpose_conv_s8_dsp_params;

/* Scratch: as for the part that needs most. */
void weft_transpose_conv_s8_dsp(const weft_transpose_conv_s8_dsp_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
