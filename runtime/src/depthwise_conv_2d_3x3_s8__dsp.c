/* SPDX-License-Identifier: Apache-2.0
 *
 * Filters of 3 by 3 by the DSP extension. Four channels at a time: bytes become pairs of one
 * channel each, in scratch; then a multiplication takes two values at once.
 */
#include "weft/depthwise_conv_2d_3x3_s8.h"

#include "weft/depthwise_exceptions.h"
#include "weft/depthwise_quad.h"
#include "weft/linear.h"
#include "weft/simd.h"

typedef weft_depthwise_conv_2d_3x3_s8_params params;

/* How the outputs of a row are divided into turns of a loop; the last ones are made behind it.
 * Returns how many that makes: not fewer than are made behind the loop. */
static uint32_t plan(const params *p, uint32_t count, weft_quad_job *q)
{
    const uint32_t loop = p->stride_width == 1 ? WEFT_QUAD_LOOP_1 : WEFT_QUAD_LOOP_2;
    const uint32_t last = p->stride_width == 1 ? WEFT_QUAD_LAST_1 : WEFT_QUAD_LAST_2;
    const uint32_t outputs = count < last ? last : count;
    q->first_turn = (outputs - last) % loop;
    q->turns = (outputs - last) / loop + 1;
    return outputs;
}

/* All channels at a stride of 2. */
static void run_2(const params *p, weft_quad_job *q, uint32_t outputs)
{
    const uint32_t words = (outputs + 1) * WEFT_QUAD_COLUMNS;
    q->to = q->columns + words;
    q->rewind = words * 4 - 4;
    q->rewind_row = 0;
    q->rewind_out = outputs * 4 - 1;
    q->last = p->channels - 4;
    weft_quad_stride_2(q);
}

/* All channels of `columns` columns at a stride of 1. The first `lead` columns and the last `trail`
 * are border, the same for all channels: they are unpacked once. */
static void run_1(const params *p, weft_quad_job *q, uint32_t outputs, int32_t columns,
                  int32_t lead, int32_t trail)
{
    const int32_t from = weft_clamp(lead, 0, columns - 1);
    const int32_t to = weft_clamp(columns - trail, from + 1, columns);
    const uint32_t row = (outputs + 2) * WEFT_QUAD_COLUMN * 4;
    q->to = q->columns + columns * WEFT_QUAD_COLUMN;
    q->rewind = row - 4;
    q->rewind_row = q->done_1 != q->done ? row : 0;
    q->rewind_out = outputs * (q->rewind_row ? 8 : 4) - 1;
    weft_quad_stride_1(q);
    if (p->channels > 4) {
        for (int i = 0; i < 4; i++) {
            q->in[i] += from * p->channels;
        }
        q->from = q->columns + from * WEFT_QUAD_COLUMN;
        q->to = q->columns + to * WEFT_QUAD_COLUMN;
        q->last = p->channels - 4;
        q->channel = q->last < 4 ? q->last : 4;
        weft_quad_stride_1(q);
    }
}

/* `count` pixels of the output rows from `first` on, all channels. */
static void tile(const params *p, const weft_step *s, int32_t first, int32_t count)
{
    const int32_t channels = p->channels, stride = p->stride_width, start = first * stride;
    const int two = s->rows == 2, left = first == 0, right = first + count == p->output_width;
    uint32_t *const columns = (uint32_t *)(void *)s->scratch;
    weft_quad_job q;
    const uint32_t outputs = plan(p, (uint32_t)count, &q);
    q.channel = 0, q.last = 0, q.step = channels;
    q.filters = p->filters;
    q.columns = q.from = columns;
    q.done = s->scratch + (stride == 1 ? 4 * WEFT_QUAD_COLUMN * (outputs + 2)
                                       : 4 * WEFT_QUAD_COLUMNS * (outputs + 1));
    q.done_1 = two ? q.done + 4 * outputs : q.done;
    q.end = q.done + 4 * count;
    for (int i = 0; i < 4; i++) {
        const int32_t row = two || i < 3 ? i * p->row_step : 2 * p->row_step;
        q.in[i] = s->in[row] + start * channels;
    }
    q.out[0] = s->out[0] + first * channels;
    q.out[1] = s->out[two] + first * channels;
    if (stride == 1) {
        run_1(p, &q, outputs, count + 2, left ? p->lead : 0, right ? p->trail : 0);
    } else {
        run_2(p, &q, outputs);
    }
}

void weft_depthwise_conv_2d_3x3_s8__dsp(const params *p, const weft_step *s)
{
    for (int32_t first = 0; first < p->output_width; first += p->tile) {
        const int32_t left = p->output_width - first;
        tile(p, s, first, left < p->tile ? left : p->tile);
    }
    const weft_depthwise_exceptions exceptions = {
        p->exceptions,   p->exception_count,   3, 3, p->row_step, p->stride_width, p->channels,
        p->output_width, p->output_zero_point,
    };
    weft_depthwise_replace(&exceptions, s);
    for (uint32_t row = 0; row < s->rows; row++) {
        weft_clamp_row(s->out[row], p->output_width * p->channels, p->activation_min,
                       p->activation_max);
    }
}
