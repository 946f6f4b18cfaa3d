/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/depthwise_finish.h"

#include "weft/linear.h"

/* The outputs of a channel in output row `y` of a step, one by one. */
static void exception(const weft_depthwise_outputs *o, const weft_step *s, const int32_t *numbers,
                      int32_t y)
{
    int8_t *out = s->out[y] + numbers[0];
    for (int32_t x = 0; x < o->outputs; x++, out += o->channels) {
        const int32_t at = numbers[0] + x * o->stride * o->channels;
        const int32_t *w = numbers + 4;
        int32_t sum = numbers[1];
        for (int32_t row = 0; row < o->height; row++) {
            const int8_t *in = s->in[y * o->row_stride + row * o->row_step] + at;
            for (int32_t column = 0; column < o->width;
                 column++, in += o->column_step * o->channels) {
                sum += *in * *w++;
            }
        }
        *out = weft_output_s8(sum, numbers[2], numbers[3], o->zero_point, -128, 127);
    }
}

void weft_depthwise_finish(const weft_depthwise_outputs *o, const weft_step *s)
{
    for (int32_t y = 0; y < s->rows; y++) {
        const int32_t *numbers = o->numbers;
        for (int32_t i = 0; i < o->count; i++, numbers += 4 + o->height * o->width) {
            exception(o, s, numbers, y);
        }
        weft_clamp_row(s->out[y], o->outputs * o->channels, o->activation_min, o->activation_max);
    }
}
