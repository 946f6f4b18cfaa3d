/* SPDX-License-Identifier: Apache-2.0
 *
 * Filters of 3 by 3 by the DSP extension. Four channels at a time: the bytes of two rows become
 * pairs of one channel each, in scratch; then a multiplication takes two rows at once.
 */
#include "weft/depthwise_conv_2d_3x3_s8.h"

#include "weft/depthwise_quad.h"
#include "weft/linear.h"
#include "weft/simd.h"

typedef weft_depthwise_conv_2d_3x3_s8_params params;

/* The pairs of four channels from their bytes in two rows. */
WEFT_INLINE void unpack_pairs(uint32_t a, uint32_t b, uint32_t *to)
{
    uint32_t even = weft_pkhbt_lsl16(a, b), odd = weft_pkhtb_asr16(a, b);
    weft_store_4(to, weft_sxtb16(even), weft_sxtb16_ror8(even), weft_sxtb16(odd),
                 weft_sxtb16_ror8(odd));
}

/* `count` columns of four channels from their bytes in four rows, `step` apart. */
WEFT_LEAF void unpack_4(const int8_t *const *in, int32_t at, int32_t step, int32_t count,
                        uint32_t *to)
{
    const int8_t *row0 = in[0] + at, *row1 = in[1] + at, *row2 = in[2] + at, *row3 = in[3] + at;
    for (const uint32_t *end = to + count * WEFT_QUAD_COLUMN; to != end; to += WEFT_QUAD_COLUMN) {
        uint32_t a = weft_load_32(row0), b = weft_load_32(row1);
        uint32_t c = weft_load_32(row2), d = weft_load_32(row3);
        row0 += step, row1 += step, row2 += step, row3 += step;
        unpack_pairs(a, b, to);
        unpack_pairs(c, d, to + 4);
    }
}

/* The same from three rows: row 2 is in the low halves, the high halves are not used. */
WEFT_LEAF void unpack_3(const int8_t *const *in, int32_t row_step, int32_t at, int32_t step,
                        int32_t count, uint32_t *to)
{
    const int8_t *row0 = in[0] + at, *row1 = in[row_step] + at, *row2 = in[2 * row_step] + at;
    for (const uint32_t *end = to + count * WEFT_QUAD_COLUMN; to != end; to += WEFT_QUAD_COLUMN) {
        uint32_t a = weft_load_32(row0), b = weft_load_32(row1), c = weft_load_32(row2);
        row0 += step, row1 += step, row2 += step;
        unpack_pairs(a, b, to);
        a = weft_sxtb16(c), b = weft_sxtb16_ror8(c);
        weft_store_4(to + 4, a, b, a >> 16, b >> 16);
    }
}

/* Columns `from` to `to` of a tile, which starts at byte `at` of the rows. */
static inline void unpack(const params *p, const weft_step *s, int32_t at, int32_t from, int32_t to)
{
    uint32_t *columns = (uint32_t *)(void *)s->scratch + from * WEFT_QUAD_COLUMN;
    at += from * p->channels;
    if (s->rows == 2) {
        unpack_4(s->in, at, p->channels, to - from, columns);
    } else {
        unpack_3(s->in, p->row_step, at, p->channels, to - from, columns);
    }
}

/* `count` pixels of four channels. */
static inline const int8_t *copy_out(const int8_t *from, int8_t *to, int32_t step, int32_t count)
{
    if (count & 1) {
        weft_store_32(to, weft_load_32(from));
        from += 4, to += step;
    }
    for (const int8_t *const end = from + 4 * (count & ~1); from != end; from += 8) {
        const uint32_t even = weft_load_32(from), odd = weft_load_32(from + 4);
        weft_store_32(to, even), to += step;
        weft_store_32(to, odd), to += step;
    }
    return from;
}

/* Replaces outputs of a channel that cannot be made the short way. `exception`: its numbers. */
WEFT_LEAF void replace(const params *p, const weft_step *s, const int32_t *exception, int32_t place,
                       int8_t *out, int32_t count)
{
    const int32_t *const filter = p->filters + exception[0] * WEFT_QUAD_FILTER;
    for (int32_t second = 0; second < s->rows; second++) {
        const uint32_t *column = (const uint32_t *)(const void *)s->scratch + place;
        uint32_t pairs[6];
        weft_quad_pairs(filter, second, pairs);
        for (int32_t i = 0; i < count; i++, out += 4) {
            const int32_t sum = weft_quad_sum(column, pairs, second, 0) >> 8;
            out[place] = weft_output_s8(sum + exception[1], exception[2], exception[3],
                                        p->output_zero_point, -128, 127);
            column += p->stride_width * WEFT_QUAD_COLUMN;
        }
    }
}

/* The same for all such channels of the four from `channel` on. */
static void replace_some(const params *p, const weft_step *s, int32_t channel, int8_t *out,
                         int32_t count)
{
    const int32_t *exception = p->exceptions;
    for (int32_t left = p->exception_count; left > 0; left--, exception += 4) {
        if (exception[0] >= channel && exception[0] < channel + 4) {
            replace(p, s, exception, exception[0] - channel, out, count);
        }
    }
}

/* `count` pixels of the output rows from `first` on, all channels. */
static void tile(const params *p, const weft_step *s, int32_t first, int32_t count)
{
    const int32_t channels = p->channels, stride = p->stride_width, two = s->rows == 2;
    const int32_t columns = (count - 1) * stride + 3, start = first * stride * channels;
    const int32_t unrolled = stride == 1 ? WEFT_QUAD_UNROLLED_1 : WEFT_QUAD_UNROLLED_2;
    const uint32_t control = (uint32_t)(((count - 1) / unrolled + 1) * 256 + p->shift);
    const uint32_t first_turn = (uint32_t)((count - 1) % unrolled);
    const uint32_t row = (uint32_t)(stride == 1 ? count + 2 : 2 * count + 2) * 32;
    const uint32_t *const unpacked = (const uint32_t *)(const void *)s->scratch;
    int8_t *const outputs = s->scratch + 32 * (columns + 1);
    /* The border's columns are the same for all channels: they are unpacked once. */
    int32_t from = 0, to = columns;
    for (int32_t next = 0; next < channels; next += 4) {
        /* The last four channels overlap those before if their number is no multiple of four. */
        const int32_t channel = next + 4 <= channels ? next : channels - 4;
        const int32_t *filters = p->filters + channel * WEFT_QUAD_FILTER;
        unpack(p, s, start + channel, from, to);
        (stride == 1 ? weft_quad_stride_1 : weft_quad_stride_2)(
            unpacked, outputs, filters, filters + 4 * WEFT_QUAD_FILTER, first_turn, control,
            two ? row : 0, row - 4, (uint32_t)(4 * (two + 1) * count - 1));
        replace_some(p, s, channel, outputs, count);
        const int8_t *done =
            copy_out(outputs, s->out[0] + first * channels + channel, channels, count);
        if (two) {
            copy_out(done, s->out[1] + first * channels + channel, channels, count);
        }
        from = first == 0 ? weft_clamp(p->lead, 0, columns) : 0;
        to = first + count == p->output_width ? weft_clamp(columns - p->trail, from, columns) : to;
    }
}

void weft_depthwise_conv_2d_3x3_s8__dsp(const params *p, const weft_step *s)
{
    for (int32_t first = 0; first < p->output_width; first += p->tile) {
        const int32_t left = p->output_width - first;
        tile(p, s, first, left < p->tile ? left : p->tile);
    }
    for (uint32_t row = 0; row < s->rows; row++) {
        weft_clamp_row(s->out[row], p->output_width * p->channels, p->activation_min,
                       p->activation_max);
    }
}
