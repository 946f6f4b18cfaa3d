/* SPDX-License-Identifier: Apache-2.0
 *
 * Depthwise filters of any size, stride and dilation by the DSP extension. Four channels at a time:
 * the bytes of two rows become pairs of one channel each, in scratch; then a multiplication takes
 * two rows at once. A second output row has the same pairs: its filter is one row further down.
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

/* `count` columns of four channels from their bytes in two rows, `step` apart, to four planes. */
WEFT_LEAF void unpack(const int8_t *a, const int8_t *b, int32_t step, uint32_t *to, int32_t plane,
                      int32_t count)
{
    uint32_t *const to2 = to + 2 * plane;
    for (int32_t i = 0; i < count; i++, a += step, b += step) {
        const uint32_t x = weft_load_32(a), y = weft_load_32(b);
        const uint32_t even = weft_pkhbt_lsl16(x, y), odd = weft_pkhtb_asr16(x, y);
        to[i] = weft_sxtb16(even), to[plane + i] = weft_sxtb16_ror8(even);
        to2[i] = weft_sxtb16(odd), to2[plane + i] = weft_sxtb16_ror8(odd);
    }
}

/* Four channels of all input rows of a step. `at`: the first column's place in a row. */
static void unpack_rows(const params *p, const weft_step *s, int32_t at, uint32_t *planes,
                        int32_t count)
{
    const int32_t step = p->channels * p->column_step;
    const int32_t last = p->filter_height + s->rows - 2; /* row of the filter, or below */
    for (int32_t y = 0; y <= last; y += 2, planes += 4 * p->plane) {
        const int8_t *a = s->in[y * p->row_step] + at;
        const int8_t *b = y < last ? s->in[(y + 1) * p->row_step] + at : a;
        unpack(a, b, step, planes, p->plane, count);
    }
}

/* `count` outputs of four channels in one row of the step, `column_step` pixels apart. */
static void outputs(const params *p, const weft_step *s, int32_t y, int32_t channel, int32_t first,
                    int32_t count)
{
    const int32_t height = p->filter_height, pairs = y == 0 ? (height + 1) / 2 : height / 2 + 1;
    const int32_t twos = p->filter_width / 2 + 1, less = (WEFT_SUMS_WIDEST + 1) / 2 - twos;
    weft_sums_job job;
    job.control = weft_sums_control(16 * p->plane, less, pairs);
    job.filter_step = p->filter_step;
    job.back_x = 8 * less;
    job.back_w = less * p->filter_step;
    job.x = (const uint32_t *)(const void *)s->scratch;
    job.plane = 4 * p->plane;
    job.filter = twos * p->filter_step;
    /* A second row's filter starts with the row of zeros before the weights. */
    job.w = (const int8_t *)(p->filters + 1) + channel * job.filter - 2 * y;
    job.numbers = p->numbers + channel * WEFT_SUMS_NUMBERS;
    job.out = s->out[y] + first * p->channels + channel;
    job.channels = 4;
    job.count = count;
    job.step = p->channels * p->column_step;
    (p->stride_width == 1 ? weft_sums_stride_1 : weft_sums_stride_2)(&job);
}

/* Those of a tile's unpacked columns that come before an input column. */
static int32_t columns_before(const params *p, int32_t column)
{
    return (column + p->column_step - 1) / p->column_step;
}

/* `count` pixels of the output rows, from `first` on every `column_step`-th, all channels. */
static void tile(const params *p, const weft_step *s, int32_t first, int32_t count)
{
    const int32_t channels = p->channels, start = first * p->stride_width;
    const int32_t columns = (count - 1) * p->stride_width + p->filter_width;
    uint32_t *const planes = (uint32_t *)(void *)s->scratch;
    /* The border's columns are the same for all channels: they are unpacked once. */
    const int32_t lead = weft_clamp(columns_before(p, p->lead - start), 0, columns);
    const int32_t end = weft_clamp(columns_before(p, p->end - start), lead, columns);
    int32_t from = 0, to = columns;
    for (int32_t next = 0; next < channels; next += 4) {
        /* The last four channels overlap those before if their number is no multiple of four. */
        const int32_t channel = next + 4 <= channels ? next : channels - 4;
        const int32_t column = start + from * p->column_step;
        unpack_rows(p, s, column * channels + channel, planes + from, to - from);
        for (int32_t y = 0; y < s->rows; y++) {
            outputs(p, s, y, channel, first, count);
        }
        from = lead;
        to = end;
    }
}

void weft_depthwise_conv_2d_s8__dsp(const params *p, const weft_step *s)
{
    for (int32_t start = 0; start < p->column_step; start++) {
        int32_t left = (p->output_width - start + p->column_step - 1) / p->column_step;
        for (int32_t first = start; left > 0; first += p->tile * p->column_step, left -= p->tile) {
            tile(p, s, first, left < p->tile ? left : p->tile);
        }
    }
    if (weft_depthwise_unfinished(p->exception_count, p->activation_min, p->activation_max)) {
        const weft_depthwise_outputs outputs = {
            p->exceptions,
            p->exception_count,
            p->filter_height,
            p->filter_width,
            p->row_step,
            p->column_step,
            1,
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
