/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/conv_2d_s8__dsp.h"

#include "weft/pair_gemm.h"

#include "weft/conv_2d_pairs.h"

void weft_conv_2d_s8_dsp(const weft_conv_2d_s8_dsp_params *p, const weft_step *s)
{
    weft_conv_2d_pairs(p, s);
}
