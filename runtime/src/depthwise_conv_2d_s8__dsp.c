/* SPDX-License-Identifier: Apache-2.0
 *
 * Depthwise filters of any size and stride by the DSP extension. Four channels at a time: the bytes
 * of two rows become pairs of one channel each, in scratch; then a multiplication takes two rows at
 * once. A second output row has the same pairs: its filter is one row further down.
 */
#include "weft/depthwise_conv_2d_s8__dsp.h"

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

/* `count` outputs of a channel. `x`: the first pair of rows of the first one's window. */
WEFT_LEAF void row(const params *p, weft_sums *shared, const uint32_t *x, const int8_t *w,
                   int8_t *out, int32_t count)
{
    const int once = p->stride_width == 1;
    for (; count > 3; count -= 5, x += 5 * p->stride_width, out += 5 * p->channels) {
        shared->count = count < 5 ? count : 5;
        (once ? weft_sums_5_1 : weft_sums_5_2)(x, w, shared, out);
    }
    if (count > 0) {
        shared->count = count;
        (once ? weft_sums_3_1 : weft_sums_3_2)(x, w, shared, out);
    }
}

/* The same where outputs below the zero point are not cut off, so that both roundings count. */
static void plain_row(const params *p, weft_sums *shared, const uint32_t *x, const int8_t *w,
                      int8_t *out, int32_t count)
{
    const int32_t bias = shared->bias, m = shared->multiplier, e = shared->shift;
    for (; count > 0; count -= 5, x += 5 * p->stride_width) {
        row(p, shared, x, w, out, count < 5 ? count : 5);
        const int32_t *const end = shared->sums + (count < 5 ? count : 5);
        for (const int32_t *sum = shared->sums; sum != end; sum++, out += p->channels) {
            *out = weft_channel_output_s8(*sum + bias, m, e, p->output_zero_point);
        }
    }
}

/* A channel's outputs in all output rows of the step. `x`: its first plane. */
static void channel_rows(const params *p, const weft_step *s, int32_t channel, const uint32_t *x,
                         int32_t at, int32_t count)
{
    const int32_t height = p->filter_height, size = (p->filter_width + 1) / 2 * p->filter_step;
    const int8_t *const filter = (const int8_t *)(p->filters + 1) + channel * size;
    int32_t sums[5];
    weft_sums shared = {0};
    shared.columns = p->filter_width, shared.next = 16 * p->plane, shared.step = p->channels;
    shared.bias = p->bias[channel], shared.multiplier = p->multiplier[channel];
    shared.shift = p->shift[channel];
    if (p->cut_off) {
        /* Halves of the unit of both roundings, and the zero point. */
        shared.offset = 64 + (2 * p->output_zero_point + 1) * (1 << (shared.shift - 1));
    } else {
        shared.sums = sums;
    }
    for (int32_t y = 0; y < s->rows; y++) {
        const int32_t pairs = y == 0 ? (height + 1) / 2 : height / 2 + 1;
        shared.weights = 4 * pairs;
        shared.skip = p->filter_step - shared.weights;
        shared.rewind = pairs * shared.next - 8;
        /* A second row's filter starts with the row of zeros before the weights. */
        (p->cut_off ? row : plain_row)(p, &shared, x, filter - 2 * y, s->out[y] + at, count);
    }
}

/* `count` pixels of the output rows from `first` on, all channels. */
static void tile(const params *p, const weft_step *s, int32_t first, int32_t count)
{
    const int32_t step = p->channels, start = first * p->stride_width * step;
    const int32_t columns = (count - 1) * p->stride_width + p->filter_width;
    const int32_t last = p->filter_height + s->rows - 2; /* row of the filter, or below */
    /* The border's columns are the same for all channels: they are unpacked once. */
    int32_t from = 0, to = columns;
    for (int32_t next = 0; next < step; next += 4) {
        /* The last four channels overlap those before if their number is no multiple of four. */
        const int32_t channel = next + 4 <= step ? next : step - 4;
        const int32_t at = start + channel + from * step;
        uint32_t *planes = (uint32_t *)(void *)s->scratch + from;
        for (int32_t y = 0; y <= last; y += 2, planes += 4 * p->plane) {
            const int8_t *a = s->in[y * p->row_step] + at;
            const int8_t *b = y < last ? s->in[(y + 1) * p->row_step] + at : a;
            unpack(a, b, step, planes, p->plane, to - from);
        }
        const uint32_t *x = (const uint32_t *)(const void *)s->scratch;
        for (int32_t i = channel; i < channel + 4; i++, x += p->plane) {
            channel_rows(p, s, i, x, first * step + i, count);
        }
        from = first == 0 ? weft_clamp(p->lead, 0, columns) : 0;
        to = first + count == p->output_width ? weft_clamp(columns - p->trail, from, columns) : to;
    }
}

void weft_depthwise_conv_2d_s8__dsp(const params *p, const weft_step *s)
{
    for (int32_t first = 0; first < p->output_width; first += p->tile) {
        const int32_t left = p->output_width - first;
        tile(p, s, first, left < p->tile ? left : p->tile);
    }
    for (uint32_t y = 0; y < s->rows; y++) {
        weft_clamp_row(s->out[y], p->output_width * p->channels, p->activation_min,
                       p->activation_max);
    }
}
