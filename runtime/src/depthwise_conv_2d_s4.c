/* SPDX-License-Identifier: Apache-2.0
 *
 * Every weight meets all pixels of a row: to unpack them once for a row costs less than to take
 * bytes apart at each pixel, and the filters of a depthwise convolution are small.
 */
#include "weft/depthwise_conv_2d_s8.h"

#include "weft/linear.h"

/* The kernel's parameters, with weights of int8 in scratch. */
static weft_depthwise_conv_2d_s8_params unpacked(const weft_depthwise_conv_2d_s8_params *p,
                                                 int8_t *scratch)
{
    const int32_t count = p->output_channels * p->filter_height * p->filter_width;
    weft_depthwise_conv_2d_s8_params bytes = *p;
    for (int32_t i = 0; i + 1 < count; i += 2) {
        scratch[i] = (int8_t)weft_weight(p->weights + i / 2, 0, 4);
        scratch[i + 1] = (int8_t)weft_weight(p->weights + i / 2, 1, 4);
    }
    if (count & 1) {
        scratch[count - 1] = (int8_t)weft_weight(p->weights + count / 2, 0, 4);
    }
    bytes.weights = scratch;
    return bytes;
}

void weft_depthwise_conv_2d_3_s4(const weft_depthwise_conv_2d_s8_params *p, const weft_step *s)
{
    const weft_depthwise_conv_2d_s8_params bytes = unpacked(p, s->scratch);
    weft_depthwise_conv_2d_3_s8(&bytes, s);
}

void weft_depthwise_conv_2d_s4(const weft_depthwise_conv_2d_s8_params *p, const weft_step *s)
{
    const weft_depthwise_conv_2d_s8_params bytes = unpacked(p, s->scratch);
    weft_depthwise_conv_2d_s8(&bytes, s);
}
