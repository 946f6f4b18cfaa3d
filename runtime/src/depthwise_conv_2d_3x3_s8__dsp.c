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

/* All channels of a row at a stride of 2. */
static void run_2(const params *p, weft_quad_job *q, uint32_t outputs)
{
    static const uint32_t entries[WEFT_QUAD_LOOP_2] = {0, WEFT_QUAD_N, WEFT_QUAD_Z, WEFT_QUAD_V};
    q->turns = (outputs + WEFT_QUAD_LOOP_2 - 1) / WEFT_QUAD_LOOP_2;
    q->entry = entries[outputs % WEFT_QUAD_LOOP_2];
    q->to = (int8_t *)(q->columns + (outputs + 1) * WEFT_QUAD_COLUMNS_2);
    q->rewind = outputs * (4 * WEFT_QUAD_COLUMNS_2) - 4;
    q->rewind_row = 0;
    q->rewind_out = outputs * 4 - 1;
    q->last = p->channels - 4;
    weft_quad_stride_2(q);
}

/* How one row or `two` roll along at a stride of 1. The first two columns start two outputs, the
 * last two end one or two; those between do both: one or two of them, behind a loop if there are
 * more. */
static void plan_1(weft_quad_job *q, uint32_t outputs, int two)
{
    static const uint32_t entries[2 * WEFT_QUAD_LOOP_1] = {
        [1] = WEFT_QUAD_V,
        [3] = WEFT_QUAD_N | WEFT_QUAD_Z | WEFT_QUAD_V,
        [4] = WEFT_QUAD_N,
        [5] = WEFT_QUAD_N | WEFT_QUAD_Z,
    };
    const uint32_t between = (outputs - 1) / 2, turns = between / WEFT_QUAD_LOOP_1;
    const uint32_t row = (between + 2) * (4 * WEFT_QUAD_COLUMNS_1);
    q->entry = entries[between % WEFT_QUAD_LOOP_1 + (turns ? WEFT_QUAD_LOOP_1 : 0)];
    q->entry |= outputs % 2 ? WEFT_QUAD_C : 0;
    q->loop_end = q->columns + (turns * WEFT_QUAD_LOOP_1 + 1) * WEFT_QUAD_COLUMNS_1;
    q->rewind = row - 4;
    q->rewind_row = two ? row : 0;
    q->rewind_out = outputs * (two ? 8 : 4) - 1;
}

/* Unpacks columns `from`, an even number, to `to` of the tile. */
static void unpack_1(weft_quad_job *q, int32_t from, int32_t to)
{
    q->from = q->columns + from / 2 * WEFT_QUAD_COLUMNS_1;
    q->to = (int8_t *)(q->columns + to / 2 * WEFT_QUAD_COLUMNS_1) - to % 2;
}

/* All channels of `columns` columns at a stride of 1. The first `lead` columns and the last `trail`
 * are border, the same for all channels: two of them that are unpacked together are so only once.
 */
static void run_1(const params *p, weft_quad_job *q, int32_t columns, int32_t lead, int32_t trail)
{
    const int32_t from = weft_clamp(lead, 0, columns - 2) / 2 * 2;
    const int32_t to = weft_clamp((columns - trail + 1) / 2 * 2, from + 2, columns);
    const int32_t last = p->channels - 4, border = to - from < columns;
    unpack_1(q, 0, columns);
    q->last = border ? 0 : last;
    weft_quad_stride_1(q);
    if (border && last > 0) {
        for (int i = 0; i < 4; i++) {
            q->in[i] += from * p->channels;
        }
        unpack_1(q, from, to);
        q->last = last;
        q->channel = last < 4 ? last : 4;
        q->filters += q->channel * WEFT_QUAD_FILTER;
        weft_quad_stride_1(q);
    }
}

/* `count` pixels of the output rows from `first` on, all channels. */
static void tile(const params *p, const weft_step *s, int32_t first, int32_t count)
{
    const int32_t channels = p->channels, stride = p->stride_width, start = first * stride;
    const int two = s->rows == 2, left = first == 0, right = first + count == p->output_width;
    const uint32_t outputs =
        (uint32_t)(stride == 1 && count < WEFT_QUAD_LEAST_1 ? WEFT_QUAD_LEAST_1 : count);
    weft_quad_job q;
    q.channel = 0, q.step = channels;
    q.filters = p->filters;
    q.columns = q.from = (uint32_t *)(void *)s->scratch;
    q.done = s->scratch + 4 * (stride == 1 ? (outputs + 3) / 2 * WEFT_QUAD_COLUMNS_1
                                           : (outputs + 1) * WEFT_QUAD_COLUMNS_2);
    q.done_1 = two ? q.done + 4 * outputs : q.done;
    q.end = q.done + 4 * count;
    for (int i = 0; i < 4; i++) {
        const int32_t row = two || i < 3 ? i * p->row_step : 2 * p->row_step;
        q.in[i] = s->in[row] + start * channels;
    }
    q.out[0] = s->out[0] + first * channels;
    q.out[1] = s->out[two] + first * channels;
    if (stride == 1) {
        plan_1(&q, outputs, two);
        run_1(p, &q, count + 2, left ? p->lead : 0, right ? p->trail : 0);
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
