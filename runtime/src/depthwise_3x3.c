/* SPDX-License-Identifier: Apache-2.0
 *
 * What the depthwise kernels for filters of 3 by 3 by the DSP extension share.
 */
#include "weft/depthwise_3x3.h"

#include "weft/depthwise_finish.h"

typedef weft_depthwise_conv_2d_3x3_s8_params params;

/* The job of `count` output pixels from `first` on. */
static void begin(const params *p, const weft_step *s, int32_t first, int32_t count,
                  weft_quad_job *q)
{
    const int32_t at = first * p->channels, in = at * p->stride_width;
    const int two = s->rows == 2;
    const uint32_t pixels = weft_quad_outputs(p->stride_width, count);
    q->filters = p->filters;
    q->channel = 0, q->last = p->channels - 4, q->step = p->channels;
    q->columns = q->from = (uint32_t *)(void *)s->scratch;
    q->done = (int8_t *)(q->columns + weft_quad_columns(p->stride_width, pixels));
    q->done_1 = two ? q->done + 4 * pixels : q->done;
    q->end = q->done + 4 * count;
    q->rewind_out = (two ? 8 : 4) * pixels - 1;
    q->in[0] = s->in[0] + in;
    q->in[1] = s->in[p->row_step] + in;
    q->in[2] = s->in[2 * p->row_step] + in;
    q->out[0] = s->out[0] + at;
    q->out[1] = s->out[two] + at;
}

void weft_depthwise_tiles(const params *p, const weft_step *s, weft_depthwise_tile *tile)
{
    for (int32_t first = 0; first < p->output_width; first += p->tile) {
        const int32_t left = p->output_width - first, count = left < p->tile ? left : p->tile;
        weft_quad_job q;
        begin(p, s, first, count, &q);
        tile(p, s, first, count, &q);
    }
    weft_depthwise_exceptions(p->left, s);
}
