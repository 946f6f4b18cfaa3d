/* SPDX-License-Identifier: Apache-2.0
 *
 * Depthwise filters of 3 by 3 at a horizontal stride of 1 by the DSP extension. Outputs
 * that are cut off where products are negative.
 */
#include "weft/depthwise_3x3_stride_1.h"

void weft_depthwise_conv_2d_3x3_s8__dsp(const weft_depthwise_conv_2d_3x3_s8_params *p,
                                        const weft_step *s)
{
    weft_depthwise_tiles(p, s, weft_depthwise_tile_1);
}
