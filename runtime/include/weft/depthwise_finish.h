/* SPDX-License-Identifier: Apache-2.0
 *
 * What is left to do where the depthwise kernels for the DSP extension have made all outputs of a
 * step in few instructions: channels that need more, and limits of an activation.
 */
#ifndef WEFT_DEPTHWISE_FINISH_H
#define WEFT_DEPTHWISE_FINISH_H

#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The numbers that say so, in this order; made by codegen/weft/ops/weighted/depthwise_finish.py. */
enum {
    WEFT_FINISH_COUNT,  /* of such channels */
    WEFT_FINISH_HEIGHT, /* of the filter */
    WEFT_FINISH_WIDTH,
    WEFT_FINISH_ROW_STEP,    /* input rows from one row of the filter to the next */
    WEFT_FINISH_COLUMN_STEP, /* and input pixels from one column to the next */
    WEFT_FINISH_ROW_STRIDE,  /* input rows from one output row of a step to the next */
    WEFT_FINISH_STRIDE,      /* input pixels from one output pixel to the next */
    WEFT_FINISH_CHANNELS,
    WEFT_FINISH_OUTPUTS,    /* of a row */
    WEFT_FINISH_ZERO_POINT, /* -128 to 127 */
    WEFT_FINISH_LEAST,      /* output, -128 or more */
    WEFT_FINISH_GREATEST,   /* output, 127 or less */
    /* For each such channel: the channel, what weft_output_s8 takes (bias, multiplier, shift), the
     * filter's weights row by row. */
    WEFT_FINISH_EXCEPTIONS
};

/* Outputs of such channels, in all rows of a step. `left`: NULL where there is nothing to do. */
void weft_depthwise_exceptions(const int32_t *left, const weft_step *s);

/* These, and the limits of all others. */
void weft_depthwise_finish(const int32_t *left, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
