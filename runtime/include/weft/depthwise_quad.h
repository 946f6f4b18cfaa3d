/* SPDX-License-Identifier: Apache-2.0
 *
 * The inner part of depthwise_conv_2d_3x3_s8__dsp.c: output pixels of one or two rows, four
 * channels at a time. Scheduled by hand for the DSP extension, and the same in C.
 *
 * The bytes of an input pixel's four channels are unpacked to scratch, as pairs that a
 * multiplication takes at once. Then the sums of a channel roll along the row: a column completes
 * one output, continues the next and starts the one after that. At a stride of two, every other
 * column completes an output.
 */
#ifndef WEFT_DEPTHWISE_QUAD_H
#define WEFT_DEPTHWISE_QUAD_H

#include "weft/simd.h"

#include <stdint.h>

#define WEFT_QUAD_FILTER 5 /* words of a channel's filter */
#define WEFT_QUAD_SHIFT 10 /* right, of all outputs */

/* Stride 1: a column is eight words: for each channel the pair of input rows 0 and 1, then for each
 * channel the pair of rows 2 and 3. Output row 0 needs rows 0 to 2, output row 1 needs rows 1 to 3:
 * a multiplication of a pair and one of a single value for each column of the filter. */
#define WEFT_QUAD_COLUMN 8
#define WEFT_QUAD_LOOP_1 6 /* outputs of a turn of the loop */
#define WEFT_QUAD_LAST_1 2 /* outputs that are made behind the loop */

/* Stride 2: two columns are twelve words: for each channel the pair of rows 0 and 1 in the first
 * column, the same in the second, and the pair of both columns in row 2. An output ends with two
 * such columns, and starts with the second of the two before. */
#define WEFT_QUAD_COLUMNS 12
#define WEFT_QUAD_LOOP_2 4
#define WEFT_QUAD_LAST_2 1

/* What is to be done. The assembly relies on the order of the fields. */
typedef struct {
    const int8_t *in[4];    /* input rows, where the first column is unpacked from */
    int32_t channel;        /* first of four; the assembly counts it up */
    int32_t step;           /* bytes from a pixel to the next */
    uint32_t *from;         /* where to unpack to */
    uint32_t *to;           /* and where the last column ends */
    int32_t last;           /* greatest value of `channel` */
    const int32_t *filters; /* of channel 0 */
    const int32_t *next;    /* for the assembly: the filter of the next channel */
    uint32_t first_turn;    /* outputs of the first turn of the loop, fewer than a whole one has */
    uint32_t turns;         /* of the loop, the first one included; up to 255 */
    uint32_t rewind_row;    /* bytes of columns that a row takes; 0: there is no output row 1 */
    uint32_t rewind;        /* the same but for a word, or two: from a channel to the next */
    uint32_t rewind_out;    /* bytes of outputs of all rows, but for one */
    uint32_t *columns;      /* what has been unpacked */
    int8_t *done;           /* outputs of row 0: four bytes for each pixel */
    int8_t *done_1;         /* those of row 1, behind them; `done` if there is no row 1 */
    int8_t *end;            /* of the outputs of row 0 that are wanted */
    int8_t *out[2];         /* output rows; the same one twice if there is no row 1 */
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

/* An output of row 0 or row 1 from three columns of pairs. */
static inline int8_t weft_quad_output_1(const uint32_t *x, const int32_t *filter, int32_t row)
{
    const uint32_t mask = 0xff00ff00U, a = (uint32_t)filter[3], b = (uint32_t)filter[4];
    const uint32_t rows01[3] = {a << 8 & mask, a & mask, b << 8 & mask};
    const uint32_t row2[3] = {(b & mask) << 16, b & mask, (uint32_t)filter[2]};
    int32_t sum = filter[1];
    for (int i = 0; i < 3; i++, x += WEFT_QUAD_COLUMN) {
        if (row == 0) {
            sum = weft_smlabt(x[4], row2[i], weft_smlad(x[0], rows01[i], sum));
        } else {
            sum = weft_smlad(x[4], weft_pkhtb_asr16(rows01[i], row2[i]), sum);
            sum = weft_smlatt(x[0], rows01[i] << 16, sum);
        }
    }
    return (int8_t)weft_ssat8(weft_smmul(sum, filter[0]) >> WEFT_QUAD_SHIFT);
}

/* An output of row 0 from twice two columns. */
static inline int8_t weft_quad_output_2(const uint32_t *x, const int32_t *filter)
{
    const uint32_t mask = 0xff00ff00U, a = (uint32_t)filter[3], b = (uint32_t)filter[4];
    int32_t sum = weft_smlad(x[4], a << 8 & mask, filter[1]);
    sum = weft_smlatt(x[8], (b & mask) << 16, sum);
    x += WEFT_QUAD_COLUMNS;
    sum = weft_smlad(x[0], a & mask, sum);
    sum = weft_smlad(x[4], b << 8 & mask, sum);
    sum = weft_smlad(x[8], weft_pkhtb_asr16(b & mask, (uint32_t)filter[2]), sum);
    return (int8_t)weft_ssat8(weft_smmul(sum, filter[0]) >> WEFT_QUAD_SHIFT);
}

/* Unpacks all columns of four channels. */
static inline void weft_quad_columns_1(const weft_quad_job *q)
{
    int32_t at = q->channel;
    for (uint32_t *to = q->from; to != q->to; to += WEFT_QUAD_COLUMN, at += q->step) {
        weft_quad_unpack(q->in[0] + at, q->in[1] + at, to);
        weft_quad_unpack(q->in[2] + at, q->in[3] + at, to + 4);
    }
}

/* In front of the first column is none: the first two are the first one twice. */
static inline void weft_quad_columns_2(const weft_quad_job *q)
{
    int32_t a = q->channel, b = a;
    for (uint32_t *to = q->from; to != q->to; to += WEFT_QUAD_COLUMNS) {
        weft_quad_unpack(q->in[0] + a, q->in[1] + a, to);
        weft_quad_unpack(q->in[0] + b, q->in[1] + b, to + 4);
        weft_quad_unpack(q->in[2] + a, q->in[2] + b, to + 8);
        a = b + q->step, b = a + q->step;
    }
}

static inline void weft_quad(weft_quad_job *q, int32_t stride)
{
    const int32_t pixels = (int32_t)(q->end - q->done) / 4;
    for (;; q->channel = q->channel + 4 < q->last ? q->channel + 4 : q->last) {
        (stride == 1 ? weft_quad_columns_1 : weft_quad_columns_2)(q);
        for (int32_t i = 0; i < 4 * pixels; i++) {
            const int32_t pixel = i / 4, channel = q->channel + i % 4;
            const int32_t at = pixel * q->step + channel;
            const int32_t *filter = q->filters + channel * WEFT_QUAD_FILTER;
            const uint32_t *x = q->columns + i % 4;
            if (stride == 2) {
                q->out[0][at] = weft_quad_output_2(x + pixel * WEFT_QUAD_COLUMNS, filter);
                continue;
            }
            x += pixel * WEFT_QUAD_COLUMN;
            q->out[0][at] = weft_quad_output_1(x, filter, 0);
            if (q->rewind_row) {
                q->out[1][at] = weft_quad_output_1(x, filter, 1);
            }
        }
        if (q->channel == q->last) {
            return;
        }
    }
}

/* All channels from `channel` to `last` + 3: one or two output rows at a stride of 1, one output
 * row at a stride of 2. */
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
