/* SPDX-License-Identifier: Apache-2.0
 *
 * Products of vectors and outputs as in weft/pair_gemm.h, for sums that may not fit 32 bits times
 * 256, but stay below 2^30. Twin of codegen/weft/ops/weighted/pair_blocks.py.
 *
 * 256 * A + B gives A only where A is below 2^23. What WEFT_PIECE pairs of inputs add to it is,
 * whatever the weights are. So inputs are taken in pieces, the first one with what is left over,
 * and what a piece adds to A is found at its end. B is summed up as it is.
 *
 * In a block the sums start from 2 * a, b, 2 * c, d. Tails are all by channel, without the word in
 * front.
 */
#ifndef WEFT_PAIR_PIECES_H
#define WEFT_PAIR_PIECES_H

#include "weft/pair_blocks.h"
#include "weft/simd.h"

#include <stddef.h>
#include <stdint.h>

#define WEFT_PIECE 240 /* pairs: 480 * 128 * 128 < 2^23; whole rounds of the assembly */

/* Pairs of the first piece. */
static inline int32_t weft_pieces_first(const weft_blocks *of)
{
    return (of->pairs - 1) % WEFT_PIECE + 1;
}

#if WEFT_DSP_ASM
#include "weft/pair_pieces_asm.h"
#else
#include "weft/scaled_output.h"

/* Pair number k of a vector: every second word of pairs, or of words of bytes. */
static uint32_t weft_pieces_pair(const uint32_t *x, const int8_t *bytes, int32_t k)
{
    const uint32_t word = bytes == NULL ? x[2 * k] : weft_load_32(bytes + 4 * (k >> 1));
    return bytes == NULL ? word : (k & 1) != 0 ? weft_sxtb16_ror8(word) : weft_sxtb16(word);
}

/* The outputs of all blocks for one vector, from the first block's down. */
static void weft_pieces_vector(const weft_blocks *of, const uint32_t *x, const int8_t *bytes,
                               int8_t *out)
{
    for (const uint32_t *w = of->w; w != of->w_end; out -= 4) {
        uint32_t twice[2] = {w[0], w[2]}, mixed[2] = {w[1], w[3]}, plain[2] = {w[1], w[3]};
        w += 4;
        for (int32_t k = 0, end = weft_pieces_first(of); k < of->pairs; end += WEFT_PIECE) {
            for (; k < end; k++, w += 2) {
                const uint32_t pair = weft_pieces_pair(x, bytes, k);
                for (int32_t i = 0; i < 2; i++) {
                    const uint32_t low = weft_sxtb16(w[i]);
                    mixed[i] = (uint32_t)weft_smlad(w[i], pair, (int32_t)mixed[i]);
                    plain[i] = (uint32_t)weft_smlad(low, pair, (int32_t)plain[i]);
                }
            }
            for (int32_t i = 0; i < 2; i++) {
                twice[i] += (uint32_t)((int32_t)(mixed[i] - plain[i]) >> 7);
                mixed[i] = plain[i];
            }
        }
        const uint32_t *how = of->tail == NULL ? w : of->tail;
        w += of->tail == NULL ? 12 : 0;
        for (int32_t i = 0; i < 4; i++, how += 3) {
            const int32_t sum = (int32_t)((i & 1) != 0 ? plain[i / 2] << 1 : twice[i / 2]);
            out[i] = weft_scaled_output_s8(sum, how);
        }
    }
}

/* Two vectors of pairs in turn. */
static inline void weft_pieces_two(const weft_blocks *of, const uint32_t *x, int8_t *out_0,
                                   int8_t *out_1)
{
    weft_pieces_vector(of, x, NULL, out_0);
    weft_pieces_vector(of, x + 1, NULL, out_1);
}

/* The first of them. */
static inline void weft_pieces_one(const weft_blocks *of, const uint32_t *x, int8_t *out)
{
    weft_pieces_vector(of, x, NULL, out);
}

/* A vector of bytes, whole words. */
static inline void weft_pieces_bytes(const weft_blocks *of, const void *x, int8_t *out)
{
    weft_pieces_vector(of, NULL, x, out);
}

#endif
#endif
