/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/depthwise_finish.h"

#include "weft/linear.h"

#include <stddef.h>

/* The outputs of a channel in output row `y` of a step, one by one. */
static void exception(const int32_t *left, const weft_step *s, const int32_t *numbers, int32_t y)
{
    const int8_t *const *rows = s->in + y * left[WEFT_FINISH_ROW_STRIDE];
    const int32_t channels = left[WEFT_FINISH_CHANNELS], row_step = left[WEFT_FINISH_ROW_STEP];
    const int32_t column_step = left[WEFT_FINISH_COLUMN_STEP] * channels;
    int8_t *out = s->out[y] + numbers[0];
    int32_t at = numbers[0];
    for (int32_t x = 0; x < left[WEFT_FINISH_OUTPUTS]; x++, out += channels) {
        const int32_t *w = numbers + 4;
        int32_t sum = numbers[1];
        for (int32_t row = 0; row < left[WEFT_FINISH_HEIGHT]; row++) {
            const int8_t *in = rows[row * row_step] + at;
            for (int32_t column = 0; column < left[WEFT_FINISH_WIDTH]; column++) {
                sum += *in * *w++;
                in += column_step;
            }
        }
        *out = weft_output_s8(sum, numbers[2], numbers[3], left[WEFT_FINISH_ZERO_POINT],
                              left[WEFT_FINISH_LEAST], left[WEFT_FINISH_GREATEST]);
        at += left[WEFT_FINISH_STRIDE] * channels;
    }
}

void weft_depthwise_exceptions(const int32_t *left, const weft_step *s)
{
    if (left == NULL) {
        return;
    }
    const int32_t size = 4 + left[WEFT_FINISH_HEIGHT] * left[WEFT_FINISH_WIDTH];
    const int32_t *numbers = left + WEFT_FINISH_EXCEPTIONS;
    for (int32_t i = 0; i < left[WEFT_FINISH_COUNT]; i++, numbers += size) {
        for (int32_t y = 0; y < s->rows; y++) {
            exception(left, s, numbers, y);
        }
    }
}

void weft_depthwise_finish(const int32_t *left, const weft_step *s)
{
    if (left == NULL) {
        return;
    }
    for (int32_t y = 0; y < s->rows; y++) {
        weft_clamp_row(s->out[y], left[WEFT_FINISH_OUTPUTS] * left[WEFT_FINISH_CHANNELS],
                       left[WEFT_FINISH_LEAST], left[WEFT_FINISH_GREATEST]);
    }
    weft_depthwise_exceptions(left, s);
}
