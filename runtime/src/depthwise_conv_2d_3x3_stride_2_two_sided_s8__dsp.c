/* SPDX-License-Identifier: Apache-2.0
 *
 * Depthwise filters of 3 by 3 at a horizontal stride of 2 by the DSP extension. Outputs
 * of both signs, between limits.
 */
#define WEFT_QUAD_LIMITED 1
#define WEFT_QUAD_TWO_SIDED 1

#include "weft/depthwise_3x3_stride_2.h"

void weft_depthwise_conv_2d_3x3_stride_2_two_sided_s8__dsp(
    const weft_depthwise_conv_2d_3x3_s8_params *p, const weft_step *s)
{
    weft_depthwise_tiles(p, s, weft_depthwise_tile_2);
}
