/* SPDX-License-Identifier: Apache-2.0
 *
 * Depthwise filters of any size, stride and dilation by the DSP extension. Four channels at a time:
 * the bytes of two rows become pairs of one channel each, in scratch; then a multiplication takes
 * two rows at once. A second output row has some of the same pairs; its filter begins with one of
 * them, or in the middle of one.
 *
 * Filters whose columns are d input columns apart give every d-th output of a row as others do: the
 * columns that these outputs read are unpacked side by side.
 */
#include "weft/depthwise_conv_2d_s8__dsp.h"

#include "weft/depthwise_finish.h"
#include "weft/depthwise_sums.h"
#include "weft/linear.h"
#include "weft/simd.h"

typedef weft_depthwise_conv_2d_s8__dsp_params params;

/* `count` columns of a single channel, as weft_sums_unpack does it for four. */
WEFT_LEAF void unpack(const int8_t *a, const int8_t *b, int32_t step, uint32_t *to, int32_t count)
{
    for (const uint32_t *const end = to + count; to != end; a += step, b += step) {
        *to++ = weft_pkhbt_lsl16((uint32_t)*a, (uint32_t)*b);
    }
}

/* Channels that are unpacked at once. */
static int32_t group(const params *p)
{
    return p->channels < 4 ? p->channels : 4;
}

/* A group of channels of all input rows of a step. `at`: the first column's place in a row. */
static void unpack_rows(const params *p, const weft_step *s, int32_t at, uint32_t *planes,
                        int32_t count)
{
    const int32_t step = p->channels * p->column_step;
    const int32_t last = p->filter_height - 1 + (s->rows - 1) * p->stride_height;
    for (int32_t y = 0; y <= last; y += 2) {
        const int8_t *a = s->in[y * p->row_step] + at;
        const int8_t *b = y < last ? s->in[(y + 1) * p->row_step] + at : a;
        if (p->channels >= 4) {
            weft_sums_unpack(a, b, step, planes, p->plane, count);
            planes += 4 * p->plane;
            continue;
        }
        for (int32_t i = 0; i < p->channels; i++, planes += p->plane) {
            unpack(a + i, b + i, step, planes, count);
        }
    }
}

/* What is the same for all outputs. */
static weft_sums_job prepared(const params *p)
{
    const int32_t twos = p->filter_width / 2 + 1, less = (WEFT_SUMS_WIDEST + 1) / 2 - twos;
    weft_sums_job job;
    job.control = weft_sums_control(4 * group(p) * p->plane, less);
    job.filter_step = p->filter_step;
    job.back_x = 8 * less;
    job.back_w = less * p->filter_step;
    job.plane = p->depth_multiplier > 1 ? 0 : 4 * p->plane;
    job.filter = twos * p->filter_step;
    job.step = p->channels * p->depth_multiplier * p->column_step;
    return job;
}

/* Outputs in row y of the step, from pixel `first` on, of the channels from `next` to `end`; `x`:
 * what is unpacked of them. */
static void outputs(const params *p, const weft_step *s, weft_sums_job *job, int32_t y,
                    const uint32_t *x, int32_t next, int32_t end, int32_t first)
{
    const int32_t height = p->filter_height, filters = p->depth_multiplier;
    const int32_t top = y * p->stride_height, odd = top & 1;
    weft_sums_pairs(job, odd ? height / 2 + 1 : (height + 1) / 2);
    /* Below an odd row the filter starts with the row of zeros before the weights. */
    job->w = (const int8_t *)(p->filters + 1) + next * filters * job->filter - 2 * odd;
    job->numbers = p->numbers + next * filters * WEFT_OUTPUT_NUMBERS;
    job->out = s->out[y] + (first * p->channels + next) * filters;
    x += top / 2 * group(p) * p->plane;
    /* Filters of the same input are made in turn, and so are channels with one each. */
    const int32_t together = filters > 1 ? 1 : end - next;
    for (; next < end; next += together, x += p->plane) {
        job->x = x;
        job->channels = together * filters;
        (p->stride_width == 1 ? weft_sums_stride_1 : weft_sums_stride_2)(job);
    }
}

/* Those of a tile's unpacked columns that come before an input column. */
static int32_t columns_before(const params *p, int32_t column)
{
    return (column + p->column_step - 1) / p->column_step;
}

/* As many pixels of the output rows as the job says, from `first` on every `column_step`-th, all
 * channels. */
static void tile(const params *p, const weft_step *s, weft_sums_job *job, int32_t first)
{
    const int32_t channels = p->channels, together = group(p), start = first * p->stride_width;
    const int32_t columns = (job->count - 1) * p->stride_width + p->filter_width;
    uint32_t *const planes = (uint32_t *)(void *)s->scratch;
    /* The border's columns are the same for all channels: they are unpacked once. */
    const int32_t lead = weft_clamp(columns_before(p, p->lead - start), 0, columns);
    const int32_t end = weft_clamp(columns_before(p, p->end - start), lead, columns);
    int32_t from = 0, to = columns;
    for (int32_t next = 0; next < channels; next += 4) {
        /* The last four may begin with channels that are made already. */
        const int32_t last = next + together < channels ? next + together : channels;
        const int32_t channel = last - together, column = start + from * p->column_step;
        unpack_rows(p, s, column * channels + channel, planes + from, to - from);
        for (int32_t y = 0; y < s->rows; y++) {
            outputs(p, s, job, y, planes + (next - channel) * p->plane, next, last, first);
        }
        from = lead;
        to = end;
    }
}

void weft_depthwise_conv_2d_s8__dsp(const params *p, const weft_step *s)
{
    weft_sums_job job = prepared(p);
    for (int32_t start = 0; start < p->column_step; start++) {
        int32_t left = (p->output_width - start + p->column_step - 1) / p->column_step;
        for (int32_t first = start; left > 0; first += p->tile * p->column_step, left -= p->tile) {
            job.count = left < p->tile ? left : p->tile;
            tile(p, s, &job, first);
        }
    }
    weft_depthwise_finish(p->left, s);
}
