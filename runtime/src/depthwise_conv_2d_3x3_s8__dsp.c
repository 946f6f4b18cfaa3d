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

/* Columns of four channels from their bytes in four rows, or three: then the pairs of the second
 * half have row 2 in their low halves only. `at` to `end`: where in the rows, `step` bytes apart. */
WEFT_LEAF void unpack_4(const int8_t *const *in, int32_t at, int32_t end, int32_t step,
                        uint32_t *to)
{
    const int8_t *const row0 = in[0], *const row1 = in[1], *const row2 = in[2], *const row3 = in[3];
    for (; at != end; at += step, to += WEFT_QUAD_COLUMN) {
        uint32_t a = weft_load_32(row0 + at), b = weft_load_32(row1 + at);
        uint32_t c = weft_load_32(row2 + at), d = weft_load_32(row3 + at);
        uint32_t even = weft_pkhbt_lsl16(a, b), odd = weft_pkhtb_asr16(a, b);
        to[0] = weft_sxtb16(even), to[1] = weft_sxtb16_ror8(even);
        to[2] = weft_sxtb16(odd), to[3] = weft_sxtb16_ror8(odd);
        even = weft_pkhbt_lsl16(c, d), odd = weft_pkhtb_asr16(c, d);
        to[4] = weft_sxtb16(even), to[5] = weft_sxtb16_ror8(even);
        to[6] = weft_sxtb16(odd), to[7] = weft_sxtb16_ror8(odd);
    }
}

WEFT_LEAF void unpack_3(const int8_t *const *in, int32_t row_step, int32_t at, int32_t end,
                        int32_t step, uint32_t *to)
{
    const int8_t *const row0 = in[0], *const row1 = in[row_step], *const row2 = in[2 * row_step];
    for (; at != end; at += step, to += WEFT_QUAD_COLUMN) {
        uint32_t a = weft_load_32(row0 + at), b = weft_load_32(row1 + at);
        uint32_t c = weft_load_32(row2 + at);
        uint32_t even = weft_pkhbt_lsl16(a, b), odd = weft_pkhtb_asr16(a, b);
        to[0] = weft_sxtb16(even), to[1] = weft_sxtb16_ror8(even);
        to[2] = weft_sxtb16(odd), to[3] = weft_sxtb16_ror8(odd);
        even = weft_sxtb16(c), odd = weft_sxtb16_ror8(c);
        to[4] = even, to[5] = odd, to[6] = even >> 16, to[7] = odd >> 16;
    }
}

/* `count` pixels of four channels. */
static inline const int8_t *copy_out(const int8_t *from, int8_t *to, int32_t step, int32_t count)
{
    for (; count > 0; count--, from += 4, to += step) {
        weft_store_32(to, weft_load_32(from));
    }
    return from;
}

/* `count` pixels from `first` on of the four channels from `channel` on. */
static void quad(const params *p, const weft_step *s, int32_t channel, int32_t first, int32_t count)
{
    const int32_t step = p->channels, unrolled = p->stride_width == 1 ? 6 : 4;
    const int32_t columns = (count - 1) * p->stride_width + 3;
    const int32_t at = first * p->stride_width * step + channel, end = at + columns * step;
    uint32_t *const unpacked = (uint32_t *)(void *)s->scratch;
    int8_t *const outputs = (int8_t *)(unpacked + (columns + 1) * WEFT_QUAD_COLUMN);
    const int32_t *const filters = p->filters + channel * WEFT_QUAD_FILTER;
    weft_quad job = {
        unpacked,
        outputs,
        filters,
        filters + 4 * WEFT_QUAD_FILTER,
        s->rows == 2,
        (uint32_t)((count - 1) % unrolled),
        (uint32_t)(((count - 1) / unrolled + 1) * 256 + p->shift),
    };
    if (s->rows == 2) {
        unpack_4(s->in, at, end, step, unpacked);
    } else {
        unpack_3(s->in, p->row_step, at, end, step, unpacked);
    }
    if (p->stride_width == 1) {
        weft_quad_stride_1(&job);
    } else {
        weft_quad_stride_2(&job);
    }
    const int8_t *from = outputs;
    for (uint32_t row = 0; row < s->rows; row++) {
        from = copy_out(from, s->out[row] + first * step + channel, step, count);
    }
}

void weft_depthwise_conv_2d_3x3_s8__dsp(const params *p, const weft_step *s)
{
    for (int32_t first = 0; first < p->output_width; first += p->tile) {
        const int32_t left = p->output_width - first, count = left < p->tile ? left : p->tile;
        for (int32_t channel = 0; channel < p->channels; channel += 4) {
            /* The last four overlap those before if their number is no multiple of four. */
            const int32_t most = p->channels - 4;
            quad(p, s, channel < most ? channel : most, first, count);
        }
    }
    for (uint32_t row = 0; row < s->rows; row++) {
        weft_clamp_row(s->out[row], p->output_width * p->channels, p->activation_min,
                       p->activation_max);
    }
}
