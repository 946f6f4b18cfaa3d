/* SPDX-License-Identifier: Apache-2.0
 *
 * Outputs of one channel of an int16 image, filtered by int8 weights: four neighbors at a time, two
 * multiply-accumulates per instruction.
 */
#ifndef WEFT_DEPTHWISE_WIDE_H
#define WEFT_DEPTHWISE_WIDE_H

#include "weft/simd.h"
#include "weft/wide_output.h"

#include <stdint.h>

/* A tap pair: bytes from a window's first pair to the one that it is multiplied with, and weights.
 */
typedef struct {
    uint32_t offset;
    uint32_t weights;
} weft_wide_tap;

typedef struct {
    const weft_wide_tap *taps;
    const weft_wide_tap *taps_end;
    const uint8_t *x;        /* first window: pairs (weft/simd.h) */
    int32_t stride;          /* bytes from a window to the next */
    const uint32_t *scaling; /* where sums start; multiplier, addend, shift: weft/wide_output.h */
    uint32_t how;
    int16_t *out;
    int32_t out_step; /* elements from an output to the next */
    int32_t fours;    /* outputs are four times so many */
} weft_wide_row;

/* weft_wide_run_row: makes them. */
#if WEFT_DSP_ASM
#include "weft/depthwise_wide_asm.h"
#else

static inline void weft_wide_run_row(const weft_wide_row *row)
{
    const uint8_t *x = row->x;
    int16_t *out = row->out;
    for (int32_t left = 4 * row->fours; left > 0; left--, x += row->stride, out += row->out_step) {
        int32_t sum = (int32_t)row->scaling[0];
        for (const weft_wide_tap *tap = row->taps; tap != row->taps_end; tap++) {
            sum = weft_smlad(weft_load_32(x + tap->offset), tap->weights, sum);
        }
        *out = weft_wide_output(sum, row->scaling + 1, row->how);
    }
}

#endif
#endif
