/* SPDX-License-Identifier: Apache-2.0
 *
 * Products of int8 weights with one or two vectors of int8 inputs, and the outputs: four channels
 * at a time, two multiply-accumulates per instruction. Twin of
 * codegen/weft/ops/weighted/pair_blocks.py.
 *
 * Inputs are pairs (weft/simd.h) of two values each; those of two vectors in turn, of which one
 * may go unused. A word of weights holds 256 * a + b for the same two values of two channels a and
 * b: its sum of products is 256 * A + B, and that of its sign-extended low bytes is B. So one load
 * and one more instruction give four weights.
 *
 * A block of four channels a, b, c, d, all words:
 *   where the sums start: 256 * a + b, b, 256 * c + d, d
 *   for each pair of inputs: weights of a and b, of c and d
 *   tail, how sums become outputs, in one of two ways:
 *     folded: twice the multiplier of a, multiplier of b, offset of b, multiplier of c, of d,
 *       offset of d; the offsets of a and c are in the start:
 *       upper_word((256 * sum + offset) * multiplier) >> WEFT_FOLDED_SHIFT
 *     by channel: 0, then multiplier, addend, shift of a, of b, of c, of d:
 *       (rounded_upper_word(2 * sum * multiplier) + addend - (sum < 0)) >> shift
 *   To the first word of a tail 1 is added in the last block, and in the first one where that is
 *   not full.
 * Blocks are in descending order of their channels. The first one may write up to three outputs
 * too many, where the next outputs go. If one tail serves all blocks, it is given apart.
 *
 * A job is prepared, then run, as often as needed:
 *   start: number of vectors, 1 or 2; pairs of a vector, even
 *   weights: the first block and the end of the last one, how many, and the tail of all or NULL;
 *     not for two vectors
 *   inputs: of the first two vectors, and words from there to the next two
 *   bytes: instead, where the first bytes of two vectors are, an even number of words of each,
 *     which are followed by those of the next two; they are unpacked (weft/pair_unpack.h) to x
 *   outputs: where those of the first block go, by vector, and bytes from there to the next two
 *   run: one vector, or `count` times two; the outputs of the next run go where the next ones do
 */
#ifndef WEFT_PAIR_GEMM_H
#define WEFT_PAIR_GEMM_H

#include "weft/pair_unpack.h"
#include "weft/simd.h"

#include <stddef.h>
#include <stdint.h>

#define WEFT_FOLDED_SHIFT 11

#if WEFT_DSP_ASM
#include "weft/pair_gemm_asm.h"
#else

#include "weft/pair_job.h"
#include "weft/scaled_output.h"

/* Two outputs: from the sums of 256 * a + b and of b, upper words and a shift. `how`: multiplier
 * and offset of b. */
static void weft_pair_folded(const uint32_t *sums, uint32_t multiplier, const uint32_t *how,
                             int8_t *out)
{
    const uint32_t a = sums[0] - sums[1], b = (sums[1] << 8) + how[1];
    const int32_t upper_a = weft_smmul((int32_t)a, (int32_t)multiplier);
    const int32_t upper_b = weft_smmul((int32_t)b, (int32_t)how[0]);
    out[0] = (int8_t)weft_ssat8(upper_a >> WEFT_FOLDED_SHIFT);
    out[1] = (int8_t)weft_ssat8(upper_b >> WEFT_FOLDED_SHIFT);
}

/* The outputs of a block; returns the end of its tail. */
static const uint32_t *weft_pair_finish(const uint32_t *sums, const uint32_t *how, int8_t *out)
{
    const uint32_t multiplier = *how++ >> 1;
    if (multiplier != 0) {
        weft_pair_folded(sums, multiplier, how, out);
        weft_pair_folded(sums + 2, how[2], how + 3, out + 2);
        return how + 5;
    }
    for (int32_t i = 0; i < 4; i += 2, how += 6) {
        const int32_t twice = (int32_t)(sums[i] - sums[i + 1]) >> 7;
        out[i] = weft_scaled_output_s8(twice, how);
        out[i + 1] = weft_scaled_output_s8((int32_t)(sums[i + 1] << 1), how + 3);
    }
    return how;
}

/* The outputs of all blocks for one vector, whose pairs are `step` words apart. */
static void weft_pair_vector(const weft_pair_job *job, const uint32_t *x, int32_t step, int8_t *out)
{
    for (const uint32_t *w = job->w; w != job->w_end; out -= 4) {
        uint32_t sums[4];
        for (int32_t i = 0; i < 4; i++) {
            sums[i] = *w++;
        }
        for (int32_t k = 0; k < job->pairs; k++, w += 2) {
            const uint32_t pair = x[step * k];
            for (int32_t i = 0; i < 4; i += 2) {
                const uint32_t low = weft_sxtb16(w[i / 2]);
                sums[i] = (uint32_t)weft_smlad(w[i / 2], pair, (int32_t)sums[i]);
                sums[i + 1] = (uint32_t)weft_smlad(low, pair, (int32_t)sums[i + 1]);
            }
        }
        const uint32_t *const end = weft_pair_finish(sums, job->tail == NULL ? w : job->tail, out);
        w = job->tail == NULL ? end : w;
    }
}

static inline void weft_pair_run(weft_pair_job *job, int32_t count)
{
    uint32_t *x = job->x;
    for (; count > 0; count--, x += job->x_step) {
        uint32_t *to = x;
        for (int32_t i = job->words; i > 0; i--) {
            WEFT_UNPACK_WORD(to, job->in_0, job->in_1);
        }
        weft_pair_vector(job, x, 2, job->out_0);
        if (job->vectors > 1) {
            weft_pair_vector(job, x + 1, 2, job->out_1);
        }
        job->out_0 += job->out_step;
        job->out_1 += job->out_step;
    }
}

#endif
#endif
