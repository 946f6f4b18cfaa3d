/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of two int8 operands, of which one may repeat rows, pixels or channels, as runs of elements
 * that lie side by side. A kernel gives the function of a run; the walk is here. Parameters come
 * from codegen/weft/ops/broadcast.py.
 */
#ifndef WEFT_ROW_PAIR_H
#define WEFT_ROW_PAIR_H

#include "weft/byte_extremes.h"
#include "weft/elementwise.h"
#include "weft/inline.h"
#include "weft/linear.h"

#include <string.h>

typedef struct {
    const int8_t *constant1; /* operand 1 if it is constant, else NULL */
    const int8_t *constant2; /* operand 2 if it is constant, else NULL */
    uint8_t in1;             /* number of the input that operand 1 is, if it is not constant */
    uint8_t in2;             /* number of the input that operand 2 is, if it is not constant */
    uint32_t row1;           /* elements from one row of constant1 to the next; 0: one row */
    uint32_t row2;           /* elements from one row of constant2 to the next; 0: one row */
    uint32_t pixel1;         /* elements from one pixel of operand 1 to the next */
    uint32_t pixel2;         /* elements from one pixel of operand 2 to the next */
    uint32_t channel1;       /* 1, or 0 where operand 1 repeats one element for all channels */
    uint32_t channel2;       /* the same of operand 2; not 0 if channel1 is, but for one channel */
    uint32_t pixels;         /* pixels of a row, 1 where both operands are walked as one run */
    uint32_t channels;       /* channels of a pixel */
    uint32_t output_step;    /* output bytes from one pixel to the next */
} weft_row_pair;

/* Makes `count` outputs of as many elements of both operands; `out` may be one of them. */
typedef void (*weft_run)(const void *params, const int8_t *a, const int8_t *b, int8_t *out,
                         uint32_t count);

#define WEFT_SAME 64 /* elements of a run that an operand repeats at a time */

/* A run in which operand 1 or 2 is one element that repeats. */
WEFT_INLINE void weft_repeating_run(weft_run run, const void *params, const weft_row_pair *p,
                                    const int8_t *a, const int8_t *b, int8_t *out)
{
    const uint32_t first = p->channel1 == 0;
    int8_t same[WEFT_SAME];
    memset(same, first ? *a : *b, p->channels < WEFT_SAME ? p->channels : WEFT_SAME);
    for (uint32_t done = 0; done < p->channels; done += WEFT_SAME) {
        const uint32_t left = p->channels - done;
        run(params, first ? same : a + done, first ? b + done : same, out + done,
            left < WEFT_SAME ? left : WEFT_SAME);
    }
}

/* One row. */
WEFT_INLINE void weft_by_runs(weft_run run, const void *params, const weft_row_pair *p,
                              const weft_step *s)
{
    const int8_t *a = weft_operand(p->constant1, p->row1, p->in1, s);
    const int8_t *b = weft_operand(p->constant2, p->row2, p->in2, s);
    int8_t *out = s->out[0];
    for (uint32_t pixel = 0; pixel < p->pixels; pixel++) {
        if (p->channel1 & p->channel2) {
            run(params, a, b, out, p->channels);
        } else {
            weft_repeating_run(run, params, p, a, b, out);
        }
        a += p->pixel1;
        b += p->pixel2;
        out += p->output_step;
    }
}

/* The activation of a run of outputs, most often none. */
WEFT_LEAF void weft_clamp_run(int8_t *out, uint32_t count, int32_t lo, int32_t hi)
{
    const uint32_t least = (uint32_t)(uint8_t)lo * 0x01010101U;
    const uint32_t most = (uint32_t)(uint8_t)hi * 0x01010101U;
    int8_t *const end = out + (count & ~3U);
    for (; out != end; out += 4) {
        weft_store_32(out, weft_smin8(weft_smax8(weft_load_32(out), least), most));
    }
    weft_clamp_row(end, (int32_t)(count & 3U), lo, hi);
}

/* The activation of one row. */
WEFT_INLINE void weft_clamp_runs(const weft_row_pair *p, int8_t *out, int32_t lo, int32_t hi)
{
    if (lo > -128 || hi < 127) {
        for (uint32_t pixel = 0; pixel < p->pixels; pixel++, out += p->output_step) {
            weft_clamp_run(out, p->channels, lo, hi);
        }
    }
}

#endif
