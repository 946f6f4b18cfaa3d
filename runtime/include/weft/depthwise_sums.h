/* SPDX-License-Identifier: Apache-2.0
 *
 * The inner part of depthwise_conv_2d_s8__dsp.c: sums of five or three outputs of a channel that
 * are neighbors. Scheduled by hand for the DSP extension, and the same in C.
 */
#ifndef WEFT_DEPTHWISE_SUMS_H
#define WEFT_DEPTHWISE_SUMS_H

#include "weft/simd.h"

#include <stdint.h>

/* The parameters of the functions below, as the assembly finds them in r0 to r3 and on the stack.
 * `x`: the first pair of rows of the first output's window, a word for each column. `w`: for two
 * columns of the filter four bytes for each pair of rows: column 0 and 1 of the upper row, then of
 * the lower. `columns` of the filter. In bytes: of weights of two columns; from a pair of rows to
 * the next; from the end of two columns' weights to the next two; from below the last pair of rows
 * to the first pair, two columns to the right. */
#define WEFT_SUMS_PARAMETERS                                                                       \
    const uint32_t *x, const int8_t *w, int32_t *sums, int32_t columns, int32_t weights,           \
        int32_t next, int32_t skip, int32_t rewind

#if WEFT_DSP_ASM

/* Registers: r4 to r8 sums, r9 x, r10 w, r11 next, r12 end of weights; r0 and r1 weights of columns
 * 1 and 0, r2, r3 and lr pairs of x. */
#define WEFT_SUMS_LOAD_2(a, b) "ldr r2, [r9, #" a "]\n ldr r3, [r9, #" b "]\n"
#define WEFT_SUMS_LOAD_3(a, b, c) WEFT_SUMS_LOAD_2(a, b) "ldr lr, [r9, #" c "]\n"
#define WEFT_SUMS_ADD(sum, x, w) "smlad " sum ", " x ", " w ", " sum "\n"

/* Two columns of the filter: five or three outputs, at a stride of 1 or 2. */
#define WEFT_SUMS_PAIR_5_1                                                                         \
    WEFT_SUMS_ADD("r4", "r2", "r1")                                                                \
    WEFT_SUMS_ADD("r4", "r3", "r0")                                                                \
    WEFT_SUMS_ADD("r5", "r3", "r1")                                                                \
    WEFT_SUMS_ADD("r5", "lr", "r0")                                                                \
    WEFT_SUMS_ADD("r6", "lr", "r1")                                                                \
    WEFT_SUMS_LOAD_3("12", "16", "20")                                                             \
    WEFT_SUMS_ADD("r6", "r2", "r0")                                                                \
    WEFT_SUMS_ADD("r7", "r2", "r1")                                                                \
    WEFT_SUMS_ADD("r7", "r3", "r0")                                                                \
    WEFT_SUMS_ADD("r8", "r3", "r1")                                                                \
    WEFT_SUMS_ADD("r8", "lr", "r0")
#define WEFT_SUMS_PAIR_3_1                                                                         \
    WEFT_SUMS_ADD("r4", "r2", "r1")                                                                \
    WEFT_SUMS_ADD("r4", "r3", "r0")                                                                \
    WEFT_SUMS_ADD("r5", "r3", "r1")                                                                \
    WEFT_SUMS_ADD("r5", "lr", "r0")                                                                \
    "ldr r2, [r9, #12]\n"                                                                          \
    WEFT_SUMS_ADD("r6", "lr", "r1")                                                                \
    WEFT_SUMS_ADD("r6", "r2", "r0")
#define WEFT_SUMS_PAIR_3_2                                                                         \
    WEFT_SUMS_ADD("r4", "r2", "r1")                                                                \
    WEFT_SUMS_ADD("r4", "r3", "r0")                                                                \
    WEFT_SUMS_ADD("r5", "lr", "r1")                                                                \
    WEFT_SUMS_LOAD_3("12", "16", "20")                                                             \
    WEFT_SUMS_ADD("r5", "r2", "r0")                                                                \
    WEFT_SUMS_ADD("r6", "r3", "r1")                                                                \
    WEFT_SUMS_ADD("r6", "lr", "r0")
#define WEFT_SUMS_PAIR_5_2                                                                         \
    WEFT_SUMS_PAIR_3_2                                                                             \
    WEFT_SUMS_LOAD_3("24", "28", "32")                                                             \
    WEFT_SUMS_ADD("r7", "r2", "r1")                                                                \
    WEFT_SUMS_ADD("r7", "r3", "r0")                                                                \
    "ldr r2, [r9, #36]\n"                                                                          \
    WEFT_SUMS_ADD("r8", "lr", "r1")                                                                \
    WEFT_SUMS_ADD("r8", "r2", "r0")

/* One column. */
#define WEFT_SUMS_SINGLE_3                                                                         \
    WEFT_SUMS_ADD("r4", "r2", "r1")                                                                \
    WEFT_SUMS_ADD("r5", "r3", "r1")                                                                \
    WEFT_SUMS_ADD("r6", "lr", "r1")
#define WEFT_SUMS_SINGLE_5(a, b)                                                                   \
    WEFT_SUMS_SINGLE_3 WEFT_SUMS_LOAD_2(a, b)                                                      \
    WEFT_SUMS_ADD("r7", "r2", "r1")                                                                \
    WEFT_SUMS_ADD("r8", "r3", "r1")
#define WEFT_SUMS_SINGLE_3_1 WEFT_SUMS_LOAD_3("0", "4", "8") "sxtb16 r1, r0\n" WEFT_SUMS_SINGLE_3
#define WEFT_SUMS_SINGLE_3_2 WEFT_SUMS_LOAD_3("0", "8", "16") "sxtb16 r1, r0\n" WEFT_SUMS_SINGLE_3
#define WEFT_SUMS_SINGLE_5_1                                                                       \
    WEFT_SUMS_LOAD_3("0", "4", "8") "sxtb16 r1, r0\n" WEFT_SUMS_SINGLE_5("12", "16")
#define WEFT_SUMS_SINGLE_5_2                                                                       \
    WEFT_SUMS_LOAD_3("0", "8", "16") "sxtb16 r1, r0\n" WEFT_SUMS_SINGLE_5("24", "32")

/* The loops: columns of the filter, and for each two of them pairs of rows. On the stack: sums,
 * columns, registers (36 bytes), then the parameters from `weights` on. */
#define WEFT_SUMS_LOOPS(pair, single)                                                              \
    "push {r2-r11, lr}\n"                                                                          \
    "mov r9, r0\n"                                                                                 \
    "mov r10, r1\n"                                                                                \
    "ldr r0, [sp, #44]\n"                                                                          \
    "ldr r11, [sp, #48]\n"                                                                         \
    "movs r4, #0\n"                                                                                \
    "movs r5, #0\n"                                                                                \
    "movs r6, #0\n"                                                                                \
    "movs r7, #0\n"                                                                                \
    "mov r8, r4\n"                                                                                 \
    "add r12, r10, r0\n"                                                                           \
    "subs r3, r3, #2\n"                                                                            \
    "str r3, [sp, #4]\n"                                                                           \
    "bmi 2f\n"                                                                                     \
    "1:\n"                                                                                         \
    "ldr r0, [r10], #4\n" WEFT_SUMS_LOAD_3("0", "4", "8")                                          \
    "sxtb16 r1, r0\n"                                                                              \
    "sxtb16 r0, r0, ror #8\n" pair                                                                 \
    "add r9, r9, r11\n"                                                                            \
    "cmp r10, r12\n"                                                                               \
    "bne 1b\n"                                                                                     \
    "ldr r3, [sp, #4]\n"                                                                           \
    "ldr r0, [sp, #44]\n"                                                                          \
    "ldr r1, [sp, #52]\n"                                                                          \
    "ldr r2, [sp, #56]\n"                                                                          \
    "add r10, r10, r1\n"                                                                           \
    "sub r9, r9, r2\n"                                                                             \
    "add r12, r10, r0\n"                                                                           \
    "subs r3, r3, #2\n"                                                                            \
    "str r3, [sp, #4]\n"                                                                           \
    "bpl 1b\n"                                                                                     \
    "cmn r3, #1\n"                                                                                 \
    "bne 3f\n"                                                                                     \
    "2:\n"                                                                                         \
    "ldr r0, [r10], #4\n" single                                                                   \
    "add r9, r9, r11\n"                                                                            \
    "cmp r10, r12\n"                                                                               \
    "bne 2b\n"                                                                                     \
    "3:\n"                                                                                         \
    "ldr r0, [sp]\n"

/* The compiler knows nothing of their parameters' use, so it must not change these functions. */
#if defined(__clang__)
#define WEFT_SUMS_FUNCTION __attribute__((naked, noinline, unused)) static void
#else
#define WEFT_SUMS_FUNCTION __attribute__((naked, noinline, noclone, unused)) static void
#endif
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"

WEFT_SUMS_FUNCTION weft_sums_5_1(WEFT_SUMS_PARAMETERS)
{
    __asm__(WEFT_SUMS_LOOPS(WEFT_SUMS_PAIR_5_1, WEFT_SUMS_SINGLE_5_1) "stm r0, {r4-r8}\n"
                                                                      "pop {r2-r11, pc}\n");
}

WEFT_SUMS_FUNCTION weft_sums_5_2(WEFT_SUMS_PARAMETERS)
{
    __asm__(WEFT_SUMS_LOOPS(WEFT_SUMS_PAIR_5_2, WEFT_SUMS_SINGLE_5_2) "stm r0, {r4-r8}\n"
                                                                      "pop {r2-r11, pc}\n");
}

WEFT_SUMS_FUNCTION weft_sums_3_1(WEFT_SUMS_PARAMETERS)
{
    __asm__(WEFT_SUMS_LOOPS(WEFT_SUMS_PAIR_3_1, WEFT_SUMS_SINGLE_3_1) "stm r0, {r4-r6}\n"
                                                                      "pop {r2-r11, pc}\n");
}

WEFT_SUMS_FUNCTION weft_sums_3_2(WEFT_SUMS_PARAMETERS)
{
    __asm__(WEFT_SUMS_LOOPS(WEFT_SUMS_PAIR_3_2, WEFT_SUMS_SINGLE_3_2) "stm r0, {r4-r6}\n"
                                                                      "pop {r2-r11, pc}\n");
}

#pragma GCC diagnostic pop

#else

static inline void weft_sums(WEFT_SUMS_PARAMETERS, int32_t outputs, int32_t stride)
{
    for (int32_t i = 0; i < outputs; i++) {
        sums[i] = 0;
    }
    for (; columns > 0; columns -= 2) {
        const int8_t *const end = w + weights;
        for (; w != end; w += 4, x += next / 4) {
            const uint32_t word = weft_load_32(w);
            for (int32_t i = 0; i < outputs; i++) {
                sums[i] = weft_smlad(x[i * stride], weft_sxtb16(word), sums[i]);
                if (columns > 1) {
                    sums[i] = weft_smlad(x[i * stride + 1], weft_sxtb16_ror8(word), sums[i]);
                }
            }
        }
        w += skip;
        x -= rewind / 4;
    }
}

#define WEFT_SUMS_FUNCTION(name, outputs, stride)                                                  \
    static inline void name(WEFT_SUMS_PARAMETERS)                                                  \
    {                                                                                              \
        weft_sums(x, w, sums, columns, weights, next, skip, rewind, outputs, stride);              \
    }
WEFT_SUMS_FUNCTION(weft_sums_5_1, 5, 1)
WEFT_SUMS_FUNCTION(weft_sums_5_2, 5, 2)
WEFT_SUMS_FUNCTION(weft_sums_3_1, 3, 1)
WEFT_SUMS_FUNCTION(weft_sums_3_2, 3, 2)

#endif

#endif
