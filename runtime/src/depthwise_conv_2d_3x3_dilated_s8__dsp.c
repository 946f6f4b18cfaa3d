/* SPDX-License-Identifier: Apache-2.0
 *
 * Depthwise filters of 3 by 3 whose columns are d input columns apart, at a stride of 1, by the DSP
 * extension. Every d-th column of the input is an image of its own, which gives every d-th output
 * of a row. Outputs of both signs, between limits.
 */
#define WEFT_QUAD_LIMITED 1
#define WEFT_QUAD_TWO_SIDED 1

#include "weft/depthwise_3x3_stride_1.h"
#include "weft/depthwise_conv_2d_3x3_dilated_s8.h"
#include "weft/depthwise_finish.h"

typedef weft_depthwise_conv_2d_3x3_dilated_s8_params params;

/* Such an image. Its `channels` are those of all columns up to its next one. */
typedef struct {
    weft_depthwise_conv_2d_3x3_s8_params image;
    int32_t channels;
} part;

static void tile(const weft_depthwise_conv_2d_3x3_s8_params *p, const weft_step *s, int32_t first,
                 int32_t count, weft_quad_job *q)
{
    q->last = ((const part *)(const void *)p)->channels - 4;
    weft_depthwise_tile_1(p, s, first, count, q);
}

/* How many of the columns from `start` on, each `step` further, come before one; -step < column. */
static int32_t columns_before(int32_t column, int32_t step)
{
    return (column + step - 1) / step;
}

/* The outputs of one image. */
static void image(const params *p, const weft_step *s, int32_t start)
{
    const int32_t step = p->column_step, outputs = columns_before(p->output_width - start, step);
    const int32_t trail = outputs + 2 - columns_before(p->end - start, step);
    const part d = {
        {
            .filters = p->filters,
            .output_width = outputs,
            .channels = p->channels * step,
            .stride_width = 1,
            .row_step = 1,
            .tile = p->tile,
            .lead = columns_before(p->lead - start, step),
            .trail = trail > 0 ? trail : 0,
        },
        p->channels,
    };
    const int8_t *in[4];
    int8_t *out[2];
    const weft_step every = {in, out, s->scratch, s->state, s->rows, s->index, s->steps};
    for (int32_t y = 0; y < s->rows + 2; y++) {
        in[y] = s->in[y * p->row_step] + start * p->channels;
    }
    for (int32_t y = 0; y < s->rows; y++) {
        out[y] = s->out[y] + start * p->channels;
    }
    weft_depthwise_tiles(&d.image, &every, tile);
}

void weft_depthwise_conv_2d_3x3_dilated_s8__dsp(const params *p, const weft_step *s)
{
    for (int32_t start = 0; start < p->column_step && start < p->output_width; start++) {
        image(p, s, start);
    }
    weft_depthwise_exceptions(p->left, s);
}
