/* SPDX-License-Identifier: Apache-2.0
 *
 * The inner part of depthwise_conv_2d_direct_s8__dsp.c: outputs of four channels at a time, from
 * wherever their inputs are. Scheduled by hand for the DSP extension, and the same in C.
 */
#ifndef WEFT_DEPTHWISE_DOTS_H
#define WEFT_DEPTHWISE_DOTS_H

#include "weft/depthwise_output.h"
#include "weft/simd.h"

#include <stdint.h>

/* A place of the filter, on the first output of a row: where its input is. Four bytes, wherever
 * there is no assembly that takes it as a pointer. */
#if WEFT_DSP_ASM
typedef const int8_t *weft_dots_tap;
#else
typedef struct {
    uint16_t row;
    uint16_t column;
} weft_dots_tap;
#endif

/* What is to be done. The assembly relies on the order of the fields. */
typedef struct {
    const weft_dots_tap *taps; /* an even number */
    int32_t at;                /* bytes from there to the input of the first four channels */
    const int32_t *w;          /* counted: for each two taps the weights of four channels: both of
                                * the first tap, both of the second, for two channels, then two */
    int32_t pairs;             /* of taps */
    const int32_t *numbers; /* counted: what makes outputs of sums, see weft/depthwise_output.h */
    int8_t *out;            /* counted: the output of the first channel */
    int32_t apart;          /* bytes from there to that of the next one */
    int32_t left;           /* counted: fours of outputs */
    int32_t step;           /* bytes from the inputs of four outputs to those of the next */
    int32_t out_step;       /* and from behind the outputs, that is `apart` from the last one */
    const int8_t *const *in;
    int32_t column_step; /* bytes from a column of the filter to the next */
} weft_dots_job;

/* The tap of a column, where the filter's row is row `row` of the window. */
static inline weft_dots_tap weft_dots_place(const weft_dots_job *job, int32_t row, int32_t column)
{
#if WEFT_DSP_ASM
    return job->in[row] + column * job->column_step;
#else
    const weft_dots_tap tap = {(uint16_t)row, (uint16_t)column};
    (void)job;
    return tap;
#endif
}

#if WEFT_DSP_ASM

#include "weft/depthwise_dots_asm.h"

#else

/* The four bytes of a tap. */
static inline uint32_t weft_dots_input(const weft_dots_job *job, weft_dots_tap tap)
{
    return weft_load_32(job->in[tap.row] + tap.column * job->column_step + job->at);
}

/* All fours of outputs. */
static inline void weft_dots(weft_dots_job *job)
{
    for (; job->left > 0; job->left--, job->at += job->step, job->out += job->out_step) {
        int32_t sums[4] = {0, 0, 0, 0};
        for (int32_t i = 0; i < job->pairs; i++, job->w += 2) {
            const uint32_t x = weft_dots_input(job, job->taps[2 * i]);
            const uint32_t y = weft_dots_input(job, job->taps[2 * i + 1]);
            const uint32_t even = weft_pkhbt_lsl16(x, y), odd = weft_pkhtb_asr16(x, y);
            const uint32_t v = (uint32_t)job->w[0], u = (uint32_t)job->w[1];
            sums[0] = weft_smlad(weft_sxtb16(even), weft_sxtb16(v), sums[0]);
            sums[1] = weft_smlad(weft_sxtb16_ror8(even), weft_sxtb16_ror8(v), sums[1]);
            sums[2] = weft_smlad(weft_sxtb16(odd), weft_sxtb16(u), sums[2]);
            sums[3] = weft_smlad(weft_sxtb16_ror8(odd), weft_sxtb16_ror8(u), sums[3]);
        }
        for (int32_t i = 0; i < 4; i++, job->numbers += WEFT_OUTPUT_NUMBERS) {
            *job->out = weft_sum_output(sums[i], job->numbers);
            job->out += job->apart;
        }
    }
}

#endif

#endif
