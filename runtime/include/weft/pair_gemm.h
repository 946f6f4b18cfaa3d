/* SPDX-License-Identifier: Apache-2.0
 *
 * Products of int8 weights with one or two vectors of int8 inputs, and the outputs: four channels
 * at a time, two multiply-accumulates per instruction. Twin of codegen/weft/ops/pair_packing.py.
 *
 * Inputs are pairs (weft/simd.h) of two values each. A word of weights holds 256 * a + b for the
 * same two values of two channels a and b: its sum of products is 256 * A + B, and that of its
 * sign-extended low bytes is B. So one load and one more instruction give four weights.
 *
 * A block of four channels a, b, c, d, all words:
 *   where the sums start: 256 * a + b, b, 256 * c + d, d
 *   for each pair of inputs: weights of a and b, of c and d
 *   how sums become outputs, in one of two ways:
 *     folded (shift >= 0): multiplier of a, of b, offset of b, multiplier of c, of d, offset of d;
 *       the offsets of a and c are in the start: upper_word((256 * sum + offset) * multiplier)
 *       >> shift
 *     by channel (shift < 0): multiplier, addend, shift of a, of b, of c, of d:
 *       (rounded_upper_word(2 * sum * multiplier) + addend - (sum < 0)) >> shift
 */
#ifndef WEFT_PAIR_GEMM_H
#define WEFT_PAIR_GEMM_H

#include "weft/simd.h"

#include <stdint.h>

typedef struct {
    const uint32_t *x;       /* pairs of inputs; of two vectors in turn where there are two */
    int32_t pairs;           /* of a vector, even */
    const uint32_t *weights; /* blocks up to weights_end, which is not one */
    const uint32_t *weights_end;
    int32_t shift; /* see above */
} weft_pair_gemm;

#if WEFT_DSP_ASM
#include "weft/pair_gemm_asm.h"
#else

/* Four outputs from the sums of a block. */
static void weft_pair_outputs(const weft_pair_gemm *g, const int32_t *sums, const uint32_t *how,
                              int8_t *out)
{
    for (int32_t i = 0; i < 4; i += 2, sums += 2, out += 2) {
        const uint32_t a = (uint32_t)sums[0] - (uint32_t)sums[1], b = (uint32_t)sums[1];
        if (g->shift >= 0) {
            const int32_t offset = weft_smmul((int32_t)a, (int32_t)how[0]);
            const int32_t other = weft_smmul((int32_t)((b << 8) + how[2]), (int32_t)how[1]);
            out[0] = (int8_t)weft_ssat8(offset >> g->shift);
            out[1] = (int8_t)weft_ssat8(other >> g->shift);
            how += 3;
        } else {
            const int32_t twice[2] = {(int32_t)a >> 7, (int32_t)(b << 1)};
            for (int32_t k = 0; k < 2; k++, how += 3) {
                const int32_t t = weft_smmlar(twice[k], (int32_t)how[0], (int32_t)how[1]);
                out[k] = (int8_t)weft_ssat8((t + (twice[k] >> 31)) >> how[2]);
            }
        }
    }
}

/* The outputs of all blocks for one vector, whose pairs are `step` words apart. */
static void weft_pair_vector(const weft_pair_gemm *g, const uint32_t *x, int32_t step, int8_t *out)
{
    const uint32_t *w = g->weights;
    while (w != g->weights_end) {
        int32_t sums[4];
        for (int32_t i = 0; i < 4; i++) {
            sums[i] = (int32_t)*w++;
        }
        for (int32_t k = 0; k < g->pairs; k++, w += 2) {
            const uint32_t pair = x[k * step];
            sums[0] = weft_smlad(w[0], pair, sums[0]);
            sums[1] = weft_smlad(weft_sxtb16(w[0]), pair, sums[1]);
            sums[2] = weft_smlad(w[1], pair, sums[2]);
            sums[3] = weft_smlad(weft_sxtb16(w[1]), pair, sums[3]);
        }
        weft_pair_outputs(g, sums, w, out);
        w += g->shift >= 0 ? 6 : 12;
        out += 4;
    }
}

static void weft_pair_gemm_2(const weft_pair_gemm *g, int8_t *out_0, int8_t *out_1)
{
    weft_pair_vector(g, g->x, 2, out_0);
    weft_pair_vector(g, g->x + 1, 2, out_1);
}

static void weft_pair_gemm_1(const weft_pair_gemm *g, int8_t *out)
{
    weft_pair_vector(g, g->x, 1, out);
}

#endif
#endif
