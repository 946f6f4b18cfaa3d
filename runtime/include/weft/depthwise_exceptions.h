/* SPDX-License-Identifier: Apache-2.0
 *
 * What the depthwise kernels for the DSP extension share: channels whose outputs cannot be made in
 * few instructions.
 */
#ifndef WEFT_DEPTHWISE_EXCEPTIONS_H
#define WEFT_DEPTHWISE_EXCEPTIONS_H

#include "weft/linear.h"
#include "weft/step.h"

#include <stdint.h>

typedef struct {
    const int32_t *numbers; /* for each: channel, what weft_output_s8 takes (bias, multiplier,
                             * shift), the filter's weights row by row */
    int32_t count;
    int32_t height; /* of the filter */
    int32_t width;
    int32_t row_step; /* input rows from one row of the filter to the next */
    int32_t stride;
    int32_t channels;
    int32_t outputs; /* of a row */
    int32_t zero_point;
} weft_depthwise_exceptions;

/* The outputs of such a channel in output row `y` of a step. */
static inline void weft_depthwise_exception(const weft_depthwise_exceptions *e, const weft_step *s,
                                            const int32_t *numbers, int32_t y)
{
    int8_t *out = s->out[y] + numbers[0];
    for (int32_t x = 0; x < e->outputs; x++, out += e->channels) {
        const int32_t at = numbers[0] + x * e->stride * e->channels;
        const int32_t *w = numbers + 4;
        int32_t sum = numbers[1];
        for (int32_t row = 0; row < e->height; row++) {
            const int8_t *in = s->in[y + row * e->row_step] + at;
            for (int32_t column = 0; column < e->width; column++, in += e->channels) {
                sum += *in * *w++;
            }
        }
        *out = weft_output_s8(sum, numbers[2], numbers[3], e->zero_point, -128, 127);
    }
}

/* Replaces the outputs of all such channels. Output rows of a step are input rows apart. */
static inline void weft_depthwise_replace(const weft_depthwise_exceptions *e, const weft_step *s)
{
    const int32_t *numbers = e->numbers;
    for (int32_t i = 0; i < e->count; i++, numbers += 4 + e->height * e->width) {
        for (int32_t y = 0; y < s->rows; y++) {
            weft_depthwise_exception(e, s, numbers, y);
        }
    }
}

#endif
