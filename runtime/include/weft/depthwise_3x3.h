/* SPDX-License-Identifier: Apache-2.0
 *
 * What the depthwise kernels for filters of 3 by 3 by the DSP extension share: a step is made tile
 * by tile.
 */
#ifndef WEFT_DEPTHWISE_3X3_H
#define WEFT_DEPTHWISE_3X3_H

#include "weft/depthwise_conv_2d_3x3_s8.h"
#include "weft/depthwise_quad.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* All channels of `count` output pixels from `first` on. In the job is what follows from the
 * parameters and the step: all but `in[3]`, `in_4`, `to`, and what steers the assembly. */
typedef void weft_depthwise_tile(const weft_depthwise_conv_2d_3x3_s8_params *p, const weft_step *s,
                                 int32_t first, int32_t count, weft_quad_job *q);

/* All tiles of a step, and what is left to do then. */
void weft_depthwise_tiles(const weft_depthwise_conv_2d_3x3_s8_params *p, const weft_step *s,
                          weft_depthwise_tile *tile);

#ifdef __cplusplus
}
#endif

#endif
