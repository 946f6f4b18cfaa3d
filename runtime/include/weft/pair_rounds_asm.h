/* SPDX-License-Identifier: Apache-2.0
 *
 * Products of pairs in Thumb-2 with the DSP extension, and outputs of sums: what the assembly of
 * weft/pair_gemm.h and of weft/pair_pieces.h has in common.
 *
 * Loops are unrolled, and entered where the number of pairs leaves a whole number of rounds. The
 * first load from a group of inputs or weights has an offset, the last one moves the pointer on.
 */
#ifndef WEFT_PAIR_ROUNDS_ASM_H
#define WEFT_PAIR_ROUNDS_ASM_H

#define WEFT_ROUND 16        /* pairs of a vector in a round */
#define WEFT_PAIR_BYTES_1 32 /* of code for a pair of one vector */
#define WEFT_PAIR_BYTES_2 52 /* of two */

/* clang-format off */

/* The next pair of each of two vectors, with weights of four channels. r0 and r1 point to inputs
 * and weights; sums are in r6 to r9 for the first vector, in r10, r11, r12, lr for the second. */
#define WEFT_ROUND_2                                                                               \
    ".rept 16\n"                                                                                   \
    "ldr.n r3, [r0, #4]\n" "ldr r2, [r0], #8\n"                                                    \
    "ldr.n r5, [r1, #4]\n" "ldr r4, [r1], #8\n"                                                    \
    "smlad r6, r4, r2, r6\n" "smlad r10, r4, r3, r10\n"                                            \
    "smlad r8, r5, r2, r8\n" "smlad r12, r5, r3, r12\n"                                            \
    "sxtb16 r4, r4\n" "sxtb16 r5, r5\n"                                                            \
    "smlad r7, r4, r2, r7\n" "smlad r11, r4, r3, r11\n"                                            \
    "smlad r9, r5, r2, r9\n" "smlad lr, r5, r3, lr\n"                                              \
    ".endr\n"

/* The next two pairs of one vector; sums are in r8 to r11. */
#define WEFT_ROUND_1                                                                               \
    ".rept 8\n"                                                                                    \
    "ldr.n r3, [r0, #8]\n" "ldr r2, [r0], #16\n"                                                   \
    "ldr.n r5, [r1, #4]\n" "ldr.n r6, [r1, #8]\n"                                                  \
    "ldr.n r7, [r1, #12]\n" "ldr r4, [r1], #16\n"                                                  \
    "smlad r8, r4, r2, r8\n" "smlad r10, r5, r2, r10\n"                                            \
    "smlad r8, r6, r3, r8\n" "smlad r10, r7, r3, r10\n"                                            \
    "sxtb16 r4, r4\n" "sxtb16 r5, r5\n"                                                            \
    "sxtb16 r6, r6\n" "sxtb16 r7, r7\n"                                                            \
    "smlad r9, r4, r2, r9\n" "smlad r11, r5, r2, r11\n"                                            \
    "smlad r9, r6, r3, r9\n" "smlad r11, r7, r3, r11\n"                                            \
    ".endr\n"

/* An output that has its own scaling, from twice its sum. Leaves the flags alone. */
#define WEFT_SCALED(sum, multiplier, addend, shift, spare)                                         \
    "smmlar " spare ", " sum ", " multiplier ", " addend "\n"                                      \
    "add " spare ", " spare ", " sum ", asr #31\n"                                                 \
    "asr " spare ", " spare ", " shift "\n"                                                        \
    "ssat " sum ", #8, " spare "\n"

/* clang-format on */

#endif
