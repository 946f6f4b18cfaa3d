/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_DEPTHWISE_CONV_2D_DIRECT_S8_H
#define WEFT_DEPTHWISE_CONV_2D_DIRECT_S8_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A depthwise convolution of at least four input channels; made by
 * codegen/weft/ops/weighted/depthwise_direct.py. */
typedef struct {
    /* Two words for each two places of the filter, as the kernel takes them: the weights of four
     * input channels, of each two channels first both of the one place, then both of the other.
     * All that for each filter of an input channel, and that for each four channels; the last four
     * may begin among those before. */
    const int32_t *filters;
    const int32_t *numbers; /* in that order, see weft/depthwise_output.h */
    const int32_t *left;    /* to do then, or NULL: see weft/depthwise_finish.h */
    int32_t output_width;
    int32_t channels;         /* of the input: 4 or more */
    int32_t depth_multiplier; /* filters for each of them */
    int32_t stride_width;
    int32_t filter_height;
    int32_t filter_width;
    int32_t row_step;    /* input rows from one row of the filter to the next */
    int32_t column_step; /* input columns from one column of the filter to the next */
} weft_depthwise_conv_2d_direct_s8_params;

/* One output row. */
void weft_depthwise_conv_2d_direct_s8__dsp(const weft_depthwise_conv_2d_direct_s8_params *p,
                                           const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
