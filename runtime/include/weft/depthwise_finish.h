/* SPDX-License-Identifier: Apache-2.0
 *
 * What is left to do where the depthwise kernels for the DSP extension have made all outputs of a
 * step in few instructions: channels that need more, and limits of an activation.
 */
#ifndef WEFT_DEPTHWISE_FINISH_H
#define WEFT_DEPTHWISE_FINISH_H

#include "weft/linear.h"
#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int32_t *numbers; /* for each such channel: the channel, what weft_output_s8 takes (bias,
                             * multiplier, shift), the filter's weights row by row */
    int32_t count;          /* of such channels */
    int32_t height;         /* of the filter */
    int32_t width;
    int32_t row_step;    /* input rows from one row of the filter to the next */
    int32_t column_step; /* and input pixels from one column to the next */
    int32_t row_stride;  /* input rows from one output row of a step to the next */
    int32_t stride;      /* input pixels from one output pixel to the next */
    int32_t channels;
    int32_t outputs;        /* of a row */
    int32_t zero_point;     /* -128 to 127 */
    int32_t activation_min; /* least output, -128 or more */
    int32_t activation_max; /* greatest output, 127 or less */
} weft_depthwise_outputs;

/* Outputs of such channels, in all rows of a step. */
void weft_depthwise_exceptions(const weft_depthwise_outputs *o, const weft_step *s);

/* Whether anything is left, by what the fields `count`, `activation_min` and `activation_max` get.
 */
static inline int weft_depthwise_unfinished(int32_t count, int32_t least, int32_t greatest)
{
    return count > 0 || least > -128 || greatest < 127;
}

/* These, and the limits of all others. */
static inline void weft_depthwise_finish(const weft_depthwise_outputs *o, const weft_step *s)
{
    for (int32_t y = 0; y < s->rows; y++) {
        weft_clamp_row(s->out[y], o->outputs * o->channels, o->activation_min, o->activation_max);
    }
    weft_depthwise_exceptions(o, s);
}

#ifdef __cplusplus
}
#endif

#endif
