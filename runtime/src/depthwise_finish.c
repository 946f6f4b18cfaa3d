/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/depthwise_finish.h"

/* The outputs of a channel in output row `y` of a step, one by one. */
static void exception(const weft_depthwise_outputs *o, const weft_step *s, const int32_t *numbers,
                      int32_t y)
{
    const int8_t *const *rows = s->in + y * o->row_stride;
    int8_t *out = s->out[y] + numbers[0];
    int32_t at = numbers[0];
    for (int32_t x = 0; x < o->outputs; x++, out += o->channels, at += o->stride * o->channels) {
        const int32_t *w = numbers + 4;
        int32_t sum = numbers[1];
        for (int32_t row = 0; row < o->height * o->row_step; row += o->row_step) {
            const int8_t *in = rows[row] + at;
            for (int32_t column = 0; column < o->width;
                 column++, in += o->column_step * o->channels) {
                sum += *in * *w++;
            }
        }
        *out = weft_output_s8(sum, numbers[2], numbers[3], o->zero_point, o->activation_min,
                              o->activation_max);
    }
}

void weft_depthwise_exceptions(const weft_depthwise_outputs *o, const weft_step *s)
{
    const int32_t *numbers = o->numbers;
    for (int32_t i = 0; i < o->count; i++, numbers += 4 + o->height * o->width) {
        for (int32_t y = 0; y < s->rows; y++) {
            exception(o, s, numbers, y);
        }
    }
}
