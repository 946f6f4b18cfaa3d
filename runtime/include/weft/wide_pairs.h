/* SPDX-License-Identifier: Apache-2.0
 *
 * Products of int8 weights with one or two vectors of int16 inputs, and the outputs: four channels
 * at a time, two multiply-accumulates per instruction. Twin of
 * codegen/weft/ops/weighted/wide_pairs.py.
 *
 * Inputs are pairs (weft/simd.h) of two values each, as they lie in memory; those of two vectors in
 * turn. A block of four channels a, b, c, d, all words:
 *   where the sums start, 32 bits
 *   for each pair of inputs: weights of a and b, of c and d; the first of a, the first of b, the
 *     second of a, the second of b
 *   multiplier, addend and shift (weft/wide_output.h) of a, of b, of c, of d
 */
#ifndef WEFT_WIDE_PAIRS_H
#define WEFT_WIDE_PAIRS_H

#include "weft/simd.h"
#include "weft/wide_output.h"

#include <stdint.h>
#include <string.h>

/* Instead of a way from sums to outputs: the block has none, and sums are stored as int32. */
#define WEFT_WIDE_RAW 4

/* Outputs of `blocks` blocks, in ascending order. For two vectors there are two places. */
typedef struct {
    const uint32_t *w;
    const uint8_t *x;
    int16_t *out_0;
    int16_t *out_1;
    int32_t pairs; /* an even number */
    int32_t blocks;
    uint32_t how; /* sums become outputs, see weft/wide_output.h; or WEFT_WIDE_RAW, of one block */
} weft_wide_job;

/* weft_wide_run_1, weft_wide_run_2: does a job for one vector, or for two. */
#if WEFT_DSP_ASM
#include "weft/wide_pairs_asm.h"
#else

/* For a vector of which a pair is `step` bytes behind the one before. */
static void weft_wide_vector(const weft_wide_job *job, const uint8_t *from, int32_t step,
                             int16_t *out)
{
    const uint32_t *w = job->w;
    for (int32_t block = 0; block < job->blocks; block++) {
        const uint8_t *x = from;
        int32_t sums[4];
        for (int32_t i = 0; i < 4; i++) {
            sums[i] = (int32_t)*w++;
        }
        for (int32_t k = 0; k < job->pairs; k++, x += step) {
            const uint32_t pair = weft_load_32(x);
            for (int32_t i = 0; i < 4; i += 2, w++) {
                sums[i] = weft_smlad(weft_sxtb16(*w), pair, sums[i]);
                sums[i + 1] = weft_smlad(weft_sxtb16_ror8(*w), pair, sums[i + 1]);
            }
        }
        if (job->how == WEFT_WIDE_RAW) {
            memcpy(out, sums, sizeof sums);
            continue;
        }
        for (int32_t i = 0; i < 4; i++, w += 3) {
            *out++ = weft_wide_output(sums[i], w, job->how);
        }
    }
}

static inline void weft_wide_run_1(const weft_wide_job *job)
{
    weft_wide_vector(job, job->x, 4, job->out_0);
}

static inline void weft_wide_run_2(const weft_wide_job *job)
{
    weft_wide_vector(job, job->x, 8, job->out_0);
    weft_wide_vector(job, job->x + 4, 8, job->out_1);
}

#endif

/* One or the other: a job for one vector gives its place twice. */
static inline void weft_wide_run(const weft_wide_job *job)
{
    if (job->out_0 != job->out_1) {
        weft_wide_run_2(job);
    } else {
        weft_wide_run_1(job);
    }
}

#endif
