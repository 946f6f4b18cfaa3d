/* SPDX-License-Identifier: Apache-2.0
 *
 * The inner part of depthwise convolutions with filters of 3 by 3: output pixels of one or two
 * rows, four channels at a time. Scheduled by hand for the DSP extension, and the same in C.
 *
 * The bytes of an input pixel's four channels are unpacked to scratch, as pairs that a
 * multiplication takes at once. Then the sums of a channel roll along the row: two columns complete
 * two outputs and start the next two. At a stride of two they complete one and start one.
 */
#ifndef WEFT_DEPTHWISE_QUAD_H
#define WEFT_DEPTHWISE_QUAD_H

#include "weft/simd.h"

#include <stddef.h>
#include <stdint.h>

#define WEFT_QUAD_FILTER 5 /* words of a channel's filter */
#define WEFT_QUAD_SHIFT 10 /* right, of all outputs */

/* Stride 1: two columns are sixteen words: for each channel the pair of input rows 1 and 2 in the
 * second column, the same in the first, the pair of both columns in row 0, and that in row 3.
 * Output row 0 needs rows 0 to 2, output row 1 needs rows 1 to 3: a multiplication for each column
 * of the pair of rows that both need, and two for the three columns of the row that is left. */
#define WEFT_QUAD_COLUMNS_1 16
#define WEFT_QUAD_LOOP_1 3  /* two columns, in a turn of the loop */
#define WEFT_QUAD_LEAST_1 3 /* outputs of a row */

/* Stride 2: two columns are twenty words: for each channel the pair of rows 0 and 1 in the second
 * column, the same in the first, the pair of both columns in row 2, and as the first two those of
 * rows 3 and 4. Output row 0 needs rows 0 to 2, output row 1 needs rows 2 to 4. An output ends with
 * two such columns, and starts with the second of the two before. */
#define WEFT_QUAD_COLUMNS_2 20
#define WEFT_QUAD_ROW_1_AT 48 /* bytes of it in front of what only output row 1 needs */
#define WEFT_QUAD_LOOP_2 4    /* outputs in a turn of the loop */

/* How many outputs of a row are made where `count` are wanted, and the words of columns for them.
 */
static inline uint32_t weft_quad_outputs(int32_t stride, int32_t count)
{
    return stride == 1 && count < WEFT_QUAD_LEAST_1 ? WEFT_QUAD_LEAST_1 : (uint32_t)count;
}

static inline uint32_t weft_quad_columns(int32_t stride, uint32_t outputs)
{
    return stride == 1 ? (outputs + 3) / 2 * WEFT_QUAD_COLUMNS_1
                       : (outputs + 1) * WEFT_QUAD_COLUMNS_2;
}

/* Flags by which the assembly enters its loops. At a stride of 1, C for an odd number of outputs;
 * the loop takes six columns at a time of those between the first and the last two (N) and leaves
 * none (Z and V), two or four (Z) of them; without the loop they are two (V) or four. At a stride
 * of 2, outputs of the first turn: one (N), two (Z), three (V) or four. */
#define WEFT_QUAD_N (1U << 31)
#define WEFT_QUAD_Z (1U << 30)
#define WEFT_QUAD_C (1U << 29)
#define WEFT_QUAD_V (1U << 28)

/* What is to be done. The assembly relies on the order of the fields; the first ones it counts up
 * in a copy. */
typedef struct {
    uint32_t *loop_end;     /* stride 1: where the loop ends in the columns */
    uint32_t turns;         /* stride 2: of the loop, the first one included */
    uint32_t entry;         /* flags */
    uint32_t rewind_row;    /* bytes of columns, back from row 0 to row 1; 0: there is no row 1 */
    uint32_t rewind;        /* the same from the last row to the next channel */
    uint32_t rewind_out;    /* bytes of outputs of all rows, but for one */
    const int32_t *filters; /* of the first channel */
    const int8_t *in[4];    /* input rows, where the first column is unpacked from; stride 2: the
                             * last one is NULL if there is no output row 1 */
    int32_t channel;        /* first of four; the assembly counts it up */
    int32_t step;           /* bytes from a pixel to the next */
    uint32_t *from;         /* where to unpack to */
    const int8_t *to;       /* where the last two columns end; a byte less: one more follows */
    const int8_t *in_4;     /* stride 2: input row 4 */
    uint32_t *columns;      /* what has been unpacked */
    int8_t *done;           /* outputs of row 0: four bytes for each pixel */
    int8_t *done_1;         /* those of row 1, behind them; `done` if there is no row 1 */
    int8_t *out[2];         /* output rows; the same one twice if there is no row 1 */
    int32_t last;           /* greatest value of `channel` */
    int8_t *end;            /* of the outputs of row 0 that are wanted */
} weft_quad_job;

#if WEFT_DSP_ASM

#include "weft/depthwise_quad_asm.h"

#else

/* The pairs of four channels from their bytes in two rows, or two columns. */
static inline void weft_quad_unpack(const int8_t *a, const int8_t *b, uint32_t *to)
{
    const uint32_t x = weft_load_32(a), y = weft_load_32(b);
    const uint32_t even = weft_pkhbt_lsl16(x, y), odd = weft_pkhtb_asr16(x, y);
    weft_store_4(to, weft_sxtb16(even), weft_sxtb16_ror8(even), weft_sxtb16(odd),
                 weft_sxtb16_ror8(odd));
}

/* An output of row 0 or row 1 from twice two columns; it begins with the second one if `odd`. */
static inline int8_t weft_quad_output_1(const uint32_t *x, const int32_t *filter, int32_t odd,
                                        int32_t row)
{
    const uint32_t mask = 0xff00ff00U, a = (uint32_t)filter[2], b = (uint32_t)filter[3];
    uint32_t v0 = a & mask, v1 = a << 8 & mask, v2 = b & mask; /* rows 1 and 2 */
    uint32_t h01 = b << 8 & mask, h12 = (uint32_t)filter[4];   /* row 0 */
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
    return (int8_t)weft_ssat8(weft_smmul(sum, filter[0]) >> WEFT_QUAD_SHIFT);
}

/* An output of row 0 or row 1 from twice two columns at a stride of 2. */
static inline int8_t weft_quad_output_2(const uint32_t *x, const int32_t *filter, int32_t row)
{
    const uint32_t mask = 0xff00ff00U, a = (uint32_t)filter[2], b = (uint32_t)filter[3];
    uint32_t v0 = a & mask, v1 = a << 8 & mask, v2 = b & mask; /* rows 0 and 1 */
    uint32_t h12 = b << 8 & mask, h0 = (uint32_t)filter[4];    /* row 2 */
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
    return (int8_t)weft_ssat8(weft_smmul(sum, filter[0]) >> WEFT_QUAD_SHIFT);
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
                q->out[row][at] =
                    stride == 1 ? weft_quad_output_1(x + pixel / 2 * WEFT_QUAD_COLUMNS_1, filter,
                                                     pixel % 2, row)
                                : weft_quad_output_2(x + pixel * WEFT_QUAD_COLUMNS_2, filter, row);
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

#endif
