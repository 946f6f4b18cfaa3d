/* SPDX-License-Identifier: Apache-2.0
 *
 * What the depthwise kernels for filters of 3 by 3 by the DSP extension share: a step is made tile
 * by tile.
 */
#ifndef WEFT_DEPTHWISE_3X3_H
#define WEFT_DEPTHWISE_3X3_H

#include "weft/depthwise_conv_2d_3x3_s8.h"
#include "weft/depthwise_finish.h"
#include "weft/depthwise_quad.h"

#include <stdint.h>

/* What a tile's job has at any stride: outputs of `count` pixels from `first` on, in the bytes of
 * scratch from `done` on; room for `room` pixels. All channels. Input rows 0 to 2. */
static inline void weft_depthwise_begin(const weft_depthwise_conv_2d_3x3_s8_params *p,
                                        const weft_step *s, int32_t stride, int32_t first,
                                        int32_t count, uint32_t room, uint32_t done,
                                        weft_quad_job *q)
{
    const int32_t in = first * stride * p->channels, out = first * p->channels;
    const int two = s->rows == 2;
    q->filters = p->filters;
    q->channel = 0, q->last = p->channels - 4, q->step = p->channels;
    q->columns = q->from = (uint32_t *)(void *)s->scratch;
    q->done = s->scratch + done;
    q->done_1 = two ? q->done + 4 * room : q->done;
    q->end = q->done + 4 * count;
    q->rewind_out = (two ? 8 : 4) * room - 1;
    q->in[0] = s->in[0] + in;
    q->in[1] = s->in[p->row_step] + in;
    q->in[2] = s->in[2 * p->row_step] + in;
    q->out[0] = s->out[0] + out;
    q->out[1] = s->out[two] + out;
}

typedef void weft_depthwise_tile(const weft_depthwise_conv_2d_3x3_s8_params *p, const weft_step *s,
                                 int32_t first, int32_t count);

/* All tiles of a step. */
static inline void weft_depthwise_tiles(const weft_depthwise_conv_2d_3x3_s8_params *p,
                                        const weft_step *s, weft_depthwise_tile *tile)
{
    for (int32_t first = 0; first < p->output_width; first += p->tile) {
        const int32_t left = p->output_width - first;
        tile(p, s, first, left < p->tile ? left : p->tile);
    }
    if (weft_depthwise_unfinished(p->exception_count, p->activation_min, p->activation_max)) {
        const weft_depthwise_outputs outputs = {
            p->exceptions,
            p->exception_count,
            3,
            3,
            p->row_step,
            p->stride_width,
            p->stride_width,
            p->channels,
            p->output_width,
            p->output_zero_point,
            p->activation_min,
            p->activation_max,
        };
        weft_depthwise_finish(&outputs, s);
    }
}

#endif
