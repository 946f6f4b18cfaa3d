/* SPDX-License-Identifier: Apache-2.0
 *
 * The inner part of depthwise_conv_2d_s8__dsp.c: a row of outputs of four channels, five or three
 * neighbors at a time. Scheduled by hand for the DSP extension, and the same in C.
 */
#ifndef WEFT_DEPTHWISE_SUMS_H
#define WEFT_DEPTHWISE_SUMS_H

#include "weft/depthwise_output.h"
#include "weft/simd.h"

#include <stdint.h>

#define WEFT_SUMS_MOST 5 /* outputs that are made at once */
#define WEFT_SUMS_FEW 3  /* the same where no more are left */

#define WEFT_SUMS_WIDEST 7 /* columns of a filter */

/* What is to be done. The assembly relies on the order of the fields; it counts those up that are
 * marked. */
typedef struct {
    uint32_t control;    /* see weft_sums_control and weft_sums_pairs */
    int32_t filter_step; /* bytes from the weights of two columns to those of the next two */
    int32_t back_x;      /* bytes that the assembly starts before x and w: those of the columns */
    int32_t back_w;      /* that a filter has less than the widest */
    const uint32_t *x;   /* counted: the first pair of rows in the first output's window */
    const int8_t *w;     /* counted: weights, for two columns of the filter and each pair of rows
                          * both weights of the upper row, then both of the lower */
    const int32_t *numbers; /* counted: what makes outputs, see weft/depthwise_output.h */
    int8_t *out;            /* counted: the first output */
    int32_t channels;       /* counted: that are left */
    int32_t plane;          /* bytes from a channel to the next, in x; 0: filters of one channel */
    int32_t filter;         /* and in w */
    int32_t count;          /* outputs of a row */
    int32_t step;           /* bytes from one output to the next */
    const uint32_t *next_x; /* for the assembly: input, place and number of the next outputs */
    int8_t *next_out;
    int32_t left;
} weft_sums_job;

/* Bytes from a pair of input rows to the next; how many columns, in twos, a filter has less than
 * the widest, from 0 to 3. */
static inline uint32_t weft_sums_control(int32_t next, int32_t less)
{
    return (uint32_t)(next * 256 + (less & 1) * 128 + (less >> 1) * 64);
}

/* Pairs of rows, up to 63. */
static inline void weft_sums_pairs(weft_sums_job *job, int32_t pairs)
{
    job->control = (job->control & ~63U) + (uint32_t)pairs;
}

#if WEFT_DSP_ASM

#include "weft/depthwise_sums_asm.h"

#else

/* `count` columns of four channels from their bytes in two rows, `step` apart, to four planes. */
static inline void weft_sums_unpack(const int8_t *a, const int8_t *b, int32_t step, uint32_t *to,
                                    int32_t plane, int32_t count)
{
    for (int32_t i = 0; i < count; i++, a += step, b += step) {
        const uint32_t x = weft_load_32(a), y = weft_load_32(b);
        const uint32_t even = weft_pkhbt_lsl16(x, y), odd = weft_pkhtb_asr16(x, y);
        to[i] = weft_sxtb16(even), to[plane + i] = weft_sxtb16_ror8(even);
        to[2 * plane + i] = weft_sxtb16(odd), to[3 * plane + i] = weft_sxtb16_ror8(odd);
    }
}

static inline void weft_sums(weft_sums_job *job, int32_t stride)
{
    const int32_t pairs = job->control & 63, next = (int32_t)(job->control >> 10);
    const int32_t columns = WEFT_SUMS_WIDEST - job->back_x / 4;
    for (int32_t i = 0; i < job->count * job->channels; i++) {
        const int32_t output = i / job->channels, channel = i % job->channels;
        int32_t sum = 0;
        for (int32_t column = 0; column < columns; column++) {
            const uint32_t *x = job->x + channel * (job->plane / 4) + output * stride + column;
            const int8_t *w = job->w + channel * job->filter + column / 2 * job->filter_step;
            for (int32_t pair = 0; pair < pairs; pair++, x += next, w += 4) {
                const uint32_t word = weft_load_32(w);
                sum = weft_smlad(*x, column & 1 ? weft_sxtb16_ror8(word) : weft_sxtb16(word), sum);
            }
        }
        job->out[output * job->step + channel] =
            weft_sum_output(sum, job->numbers + channel * WEFT_OUTPUT_NUMBERS);
    }
    job->x += job->channels * (job->plane / 4);
    job->w += job->channels * job->filter;
    job->numbers += job->channels * WEFT_OUTPUT_NUMBERS;
    job->out += job->channels;
}

/* All outputs of a row, at a stride of 1 or 2. */
static inline void weft_sums_stride_1(weft_sums_job *job)
{
    weft_sums(job, 1);
}

static inline void weft_sums_stride_2(weft_sums_job *job)
{
    weft_sums(job, 2);
}

#endif

#endif
