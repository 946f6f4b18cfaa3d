/* SPDX-License-Identifier: Apache-2.0
 *
 * Filters of 3 by 3 at a horizontal stride of 1 by the DSP extension. Four channels at a time:
 * bytes become pairs of one channel each, in scratch; then a multiplication takes two values at
 * once. For the kernels with different outputs that weft/depthwise_quad.h knows.
 */
#ifndef WEFT_DEPTHWISE_3X3_STRIDE_1_H
#define WEFT_DEPTHWISE_3X3_STRIDE_1_H

#include "weft/depthwise_3x3.h"
#include "weft/linear.h"

/* How one row or `two` roll along: the first two columns start two outputs, the last two end one or
 * two, those between do both. Of these there are two or four, or a loop comes first. */
static inline void weft_depthwise_plan_1(weft_quad_job *q, uint32_t outputs, int two)
{
    static const uint8_t entries[2 * WEFT_QUAD_LOOP_1] = {
        [1] = WEFT_QUAD_V,
        [3] = WEFT_QUAD_N | WEFT_QUAD_Z | WEFT_QUAD_V,
        [4] = WEFT_QUAD_N,
        [5] = WEFT_QUAD_N | WEFT_QUAD_Z,
    };
    const uint32_t between = (outputs - 1) / 2, turns = between / WEFT_QUAD_LOOP_1;
    const uint32_t row = (between + 2) * (4 * WEFT_QUAD_COLUMNS_1);
    const uint32_t flags = entries[between % WEFT_QUAD_LOOP_1 + (turns ? WEFT_QUAD_LOOP_1 : 0)];
    q->entry = (flags | outputs % 2 * WEFT_QUAD_C) << WEFT_QUAD_FLAGS;
    q->loop_end = q->columns + (turns * WEFT_QUAD_LOOP_1 + 1) * WEFT_QUAD_COLUMNS_1;
    q->rewind = row - 4;
    q->rewind_row = two ? row : 0;
}

/* Unpacks columns `from`, an even number, to `to` of the tile. */
static inline void weft_depthwise_unpack_1(weft_quad_job *q, uint32_t from, uint32_t to)
{
    q->from = q->columns + from / 2 * WEFT_QUAD_COLUMNS_1;
    q->to = (int8_t *)(q->columns + to / 2 * WEFT_QUAD_COLUMNS_1) - to % 2;
}

/* All channels of `columns` columns. The first `lead` columns and the last `trail` are border, the
 * same for all channels: two of them that are unpacked together are so only once. */
static inline void weft_depthwise_run_1(const weft_depthwise_conv_2d_3x3_s8_params *p,
                                        weft_quad_job *q, int32_t columns, int32_t lead,
                                        int32_t trail)
{
    const int32_t from = (lead < columns - 2 ? lead : columns - 2) & ~1;
    const int32_t to = weft_clamp((columns - trail + 1) & ~1, from + 2, columns);
    const int32_t last = q->last, border = to - from < columns;
    weft_depthwise_unpack_1(q, 0, (uint32_t)columns);
    q->last = border ? 0 : last;
    weft_quad_stride_1(q);
    if (border && last > 0) {
        for (int i = 0; i < 4; i++) {
            q->in[i] += from * p->channels;
        }
        weft_depthwise_unpack_1(q, (uint32_t)from, (uint32_t)to);
        q->last = last;
        q->channel = last < 4 ? last : 4;
        q->filters += q->channel * WEFT_QUAD_FILTER;
        weft_quad_stride_1(q);
    }
}

static inline void weft_depthwise_tile_1(const weft_depthwise_conv_2d_3x3_s8_params *p,
                                         const weft_step *s, int32_t first, int32_t count,
                                         weft_quad_job *q)
{
    const int two = s->rows == 2, left = first == 0, right = first + count == p->output_width;
    weft_quad_limits(q);
    q->in[3] = two ? s->in[3 * p->row_step] + first * p->channels : q->in[2];
    weft_depthwise_plan_1(q, weft_quad_outputs(1, count), two);
    weft_depthwise_run_1(p, q, count + 2, left ? p->lead : 0, right ? p->trail : 0);
}

#endif
