/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/fully_connected_s8.h"

#include "weft/linear.h"

/* What the weights' zero point takes from every sum of a vector. */
static int32_t zero_point_share(const weft_fully_connected_s8_params *p, const int8_t *x)
{
    int32_t sum = 0;
    if (p->weight_zero_point != 0) {
        for (int32_t i = 0; i < p->input_size; i++) {
            sum += x[i];
        }
    }
    return p->weight_zero_point * sum;
}

static void vector(const weft_fully_connected_s8_params *p, const int8_t *x, int8_t *out)
{
    const int32_t share = zero_point_share(p, x), n = p->input_size;
    const int8_t *w = p->weights;
    for (int32_t row = 0; row < p->output_size;) {
        const int32_t *bias = p->bias + row;
        const int32_t count = row + 4 <= p->output_size ? 4 : 1;
        int32_t acc[4] = {bias[0] - share};
        if (count == 4) {
            for (int32_t i = 1; i < 4; i++) {
                acc[i] = bias[i] - share;
            }
            weft_dot_1x4(acc, x, w, n);
        } else {
            acc[0] += weft_dot(x, w, n);
        }
        for (int32_t i = 0; i < count; i++, row++, w += n) {
            *out++ = weft_channel_output_s8(acc[i], p->multiplier[row], p->shift[row],
                                            p->output_zero_point);
        }
    }
}

void weft_fully_connected_s8(const weft_fully_connected_s8_params *p, const weft_step *s)
{
    const int8_t *x = s->in[0];
    int8_t *out = s->out[0];
    for (int32_t i = 0; i < p->batch; i++) {
        vector(p, x, out);
        x += p->input_size;
        out += p->output_size;
    }
    weft_clamp_row(s->out[0], p->batch * p->output_size, p->activation_min, p->activation_max);
}
