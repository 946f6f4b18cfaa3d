/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_CONV_2D_GROUPS_S8_DSP_H
#define WEFT_CONV_2D_GROUPS_S8_DSP_H

#include "weft/conv_2d_s8__dsp.h"
#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A 2-D convolution with groups for cores with DSP instructions; made by
 * codegen/weft/ops/weighted/conv_groups.py. Each part, a group or a few of them, is a convolution
 * of a stretch of the input's channels to a stretch of the output's. */
typedef struct {
    weft_conv_2d_s8_dsp_params conv; /* a part, but for its words of weights; those of all parts
                                        follow each other. `exact` is that of the last ones */
    const int32_t *sizes; /* by part: words of weights, and of these for the last four channels */
    int32_t parts;
    int32_t loose; /* parts behind whose pixels there are as many channels as the first block of
                      weights may make too many; their `exact` is 0 */
    int32_t part_inputs; /* input bytes of a pixel that a part reads */
} weft_conv_2d_groups_s8_dsp_params;

/* One or two rows, of at most 32 input rows. Scratch: as for one part. */
void weft_conv_2d_groups_s8_dsp(const weft_conv_2d_groups_s8_dsp_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
