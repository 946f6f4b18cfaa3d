/* SPDX-License-Identifier: Apache-2.0
 *
 * weft/depthwise_quad.h in C; it includes this file where there is no assembly.
 */
#ifndef WEFT_DEPTHWISE_QUAD_C_H
#define WEFT_DEPTHWISE_QUAD_C_H

/* The pairs of four channels from their bytes in two rows, or two columns. */
static inline void weft_quad_unpack(const int8_t *a, const int8_t *b, uint32_t *to)
{
    const uint32_t x = weft_load_32(a), y = weft_load_32(b);
    const uint32_t even = weft_pkhbt_lsl16(x, y), odd = weft_pkhtb_asr16(x, y);
    weft_store_4(to, weft_sxtb16(even), weft_sxtb16_ror8(even), weft_sxtb16(odd),
                 weft_sxtb16_ror8(odd));
}

/* The output for what the multiplications give. */
static inline int8_t weft_quad_output(int32_t sum, const int32_t *filter)
{
    if (WEFT_QUAD_TWO_SIDED) {
        sum = (int32_t)((uint32_t)sum + (uint32_t)filter[sum < 0 ? 3 : 2]);
    }
    return (int8_t)weft_ssat8(weft_smmul(sum, filter[0]) >> WEFT_QUAD_SHIFT);
}

/* An output of row 0 or row 1 from twice two columns; it begins with the second one if `odd`. */
static inline int8_t weft_quad_output_1(const uint32_t *x, const int32_t *filter, int32_t odd,
                                        int32_t row)
{
    const int32_t *const w = filter + WEFT_QUAD_FILTER - 3;
    const uint32_t mask = 0xff00ff00U, a = (uint32_t)w[0], b = (uint32_t)w[1];
    uint32_t v0 = a & mask, v1 = a << 8 & mask, v2 = b & mask; /* rows 1 and 2 */
    uint32_t h01 = b << 8 & mask, h12 = (uint32_t)w[2];        /* row 0 */
    const uint32_t *const next = x + WEFT_QUAD_COLUMNS_1, at = row ? 12 : 8;
    if (row) { /* rows 0 and 1 of the filter, and row 2 */
        const uint32_t h01_2 = weft_pkhtb_asr16(v0, v1), h12_2 = weft_pkhtb_asr16(v1, v2);
        v0 = weft_pkhbt_lsl16(h01, v0);
        v1 = weft_pkhbt_lsl16(h12, v1);
        v2 = weft_pkhbt_lsl16(h12 >> 16, v2);
        h01 = h01_2, h12 = h12_2;
    }
    int32_t sum = filter[1];
    if (odd) {
        sum = weft_smlad(x[0], v0, weft_smlatb(x[at], h01, sum));
        sum = weft_smlad(next[4], v1, weft_smlad(next[at], h12, sum));
        sum = weft_smlad(next[0], v2, sum);
    } else {
        sum = weft_smlad(x[4], v0, weft_smlad(x[at], h01, sum));
        sum = weft_smlad(x[0], v1, sum);
        sum = weft_smlad(next[4], v2, weft_smlabt(next[at], h12, sum));
    }
    return weft_quad_output(sum, filter);
}

/* An output of row 0 or row 1 from twice two columns at a stride of 2. */
static inline int8_t weft_quad_output_2(const uint32_t *x, const int32_t *filter, int32_t row)
{
    const int32_t *const w = filter + WEFT_QUAD_FILTER - 3;
    const uint32_t mask = 0xff00ff00U, a = (uint32_t)w[0], b = (uint32_t)w[1];
    uint32_t v0 = a & mask, v1 = a << 8 & mask, v2 = b & mask; /* rows 0 and 1 */
    uint32_t h12 = b << 8 & mask, h0 = (uint32_t)w[2];         /* row 2 */
    const uint32_t *const next = x + WEFT_QUAD_COLUMNS_2, at = row ? 12 : 0;
    if (row) { /* rows 1 and 2 of the filter, and row 0 */
        const uint32_t h12_0 = weft_pkhbt_lsl16(v1, v2), h0_0 = v0 << 16;
        v0 = weft_pkhtb_asr16(v0, h0);
        v1 = weft_pkhbt_lsl16(v1 >> 16, h12);
        v2 = weft_pkhtb_asr16(v2, h12);
        h12 = h12_0, h0 = h0_0;
    }
    int32_t sum = weft_smlad(x[at], v0, filter[1]);
    sum = weft_smlatt(x[8], h0, sum);
    sum = weft_smlad(next[at + 4], v1, sum);
    sum = weft_smlad(next[at], v2, sum);
    sum = weft_smlad(next[8], h12, sum);
    return weft_quad_output(sum, filter);
}

/* Unpacks all columns of four channels. The last one, if alone, counts for the next one, too. */
static inline void weft_quad_columns_1(const weft_quad_job *q)
{
    const int32_t bytes = (int32_t)(q->to - (const int8_t *)(const void *)q->from);
    const int32_t alone = bytes & 1, twos = (bytes + 1) / (4 * WEFT_QUAD_COLUMNS_1) + alone;
    uint32_t *to = q->from;
    for (int32_t i = 0, at = q->channel; i < twos; i++, to += WEFT_QUAD_COLUMNS_1) {
        const int32_t next = alone && i == twos - 1 ? at : at + q->step;
        weft_quad_unpack(q->in[1] + next, q->in[2] + next, to);
        weft_quad_unpack(q->in[1] + at, q->in[2] + at, to + 4);
        weft_quad_unpack(q->in[0] + at, q->in[0] + next, to + 8);
        weft_quad_unpack(q->in[3] + at, q->in[3] + next, to + 12);
        at = next + q->step;
    }
}

/* In front of the first column is none: the first two are the first one twice. */
static inline void weft_quad_columns_2(const weft_quad_job *q)
{
    int32_t a = q->channel, b = a;
    uint32_t *to = q->from;
    for (; (const int8_t *)(const void *)to != q->to; to += WEFT_QUAD_COLUMNS_2) {
        weft_quad_unpack(q->in[0] + b, q->in[1] + b, to);
        weft_quad_unpack(q->in[0] + a, q->in[1] + a, to + 4);
        weft_quad_unpack(q->in[2] + a, q->in[2] + b, to + 8);
        if (q->in[3]) {
            weft_quad_unpack(q->in[3] + b, q->in_4 + b, to + 12);
            weft_quad_unpack(q->in[3] + a, q->in_4 + a, to + 16);
        }
        a = b + q->step, b = a + q->step;
    }
}

static inline int8_t weft_quad_limited(const weft_quad_job *q, int8_t output)
{
    if (WEFT_QUAD_LIMITED) {
        const int8_t least = (int8_t)q->limits[0], greatest = (int8_t)q->limits[1];
        output = output < least ? least : output > greatest ? greatest : output;
    }
    return output;
}

static inline void weft_quad(weft_quad_job *q, int32_t stride)
{
    const int32_t pixels = (int32_t)(q->end - q->done) / 4, first = q->channel;
    for (;; q->channel = q->channel + 4 < q->last ? q->channel + 4 : q->last) {
        (stride == 1 ? weft_quad_columns_1 : weft_quad_columns_2)(q);
        for (int32_t i = 0; i < 4 * pixels; i++) {
            const int32_t pixel = i / 4, channel = q->channel + i % 4;
            const int32_t at = pixel * q->step + channel;
            const int32_t *filter = q->filters + (channel - first) * WEFT_QUAD_FILTER;
            const uint32_t *x = q->columns + i % 4;
            for (int32_t row = 0; row <= (q->rewind_row != 0); row++) {
                const int8_t output =
                    stride == 1 ? weft_quad_output_1(x + pixel / 2 * WEFT_QUAD_COLUMNS_1, filter,
                                                     pixel % 2, row)
                                : weft_quad_output_2(x + pixel * WEFT_QUAD_COLUMNS_2, filter, row);
                q->out[row][at] = weft_quad_limited(q, output);
            }
        }
        if (q->channel == q->last) {
            return;
        }
    }
}

/* All channels from `channel` to `last` + 3 of one or two output rows, at a stride of 1 or 2. */
static inline void weft_quad_stride_1(weft_quad_job *q)
{
    weft_quad(q, 1);
}

static inline void weft_quad_stride_2(weft_quad_job *q)
{
    weft_quad(q, 2);
}

#endif
