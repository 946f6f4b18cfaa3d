/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of two int8 operands as runs of elements that lie side by side. A kernel gives the function
 * of a run; the walk is here.
 */
#ifndef WEFT_ROW_RUNS_H
#define WEFT_ROW_RUNS_H

#include "weft/byte_extremes.h"
#include "weft/elementwise.h"
#include "weft/inline.h"
#include "weft/linear.h"
#include "weft/row_pair.h"

#include <string.h>

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
