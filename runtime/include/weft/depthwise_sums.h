/* SPDX-License-Identifier: Apache-2.0
 *
 * The inner part of depthwise_conv_2d_s8__dsp.c: five or three outputs of a channel that are
 * neighbors. Scheduled by hand for the DSP extension, and the same in C.
 */
#ifndef WEFT_DEPTHWISE_SUMS_H
#define WEFT_DEPTHWISE_SUMS_H

#include "weft/simd.h"

#include <stdint.h>

/* What the functions below share. The assembly relies on the order of the fields. */
typedef struct {
    int32_t columns; /* of the filter */
    int32_t weights; /* bytes of weights of two columns: four for each pair of rows */
    int32_t next;    /* bytes from a pair of input rows to the next */
    int32_t skip;    /* bytes from the end of two columns' weights to the next two */
    int32_t rewind;  /* bytes from below the last pair of rows to the first, two columns on */
    int32_t bias;    /* added to 256 times a sum */
    int32_t multiplier;
    int32_t shift;  /* after the upper word of the product */
    int32_t step;   /* bytes from one output to the next */
    int32_t count;  /* outputs to store */
    int32_t *sums;  /* where to store all sums instead of outputs; NULL for outputs */
    int32_t offset; /* added to the upper word of the product */
} weft_sums;

/* `x`: the first pair of input rows of the first output's window, a word for each column. `w`: for
 * two columns of the filter and each pair of rows both weights of the upper row, then both of the
 * lower. `out`: the first output. */
#define WEFT_SUMS_PARAMETERS                                                                       \
    const uint32_t *x, const int8_t *w, const weft_sums *shared, int8_t *out

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
    "ldr r2, [r9, #12]\n" WEFT_SUMS_ADD("r6", "lr", "r1") WEFT_SUMS_ADD("r6", "r2", "r0")
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
    "ldr r2, [r9, #36]\n" WEFT_SUMS_ADD("r8", "lr", "r1") WEFT_SUMS_ADD("r8", "r2", "r0")

/* One column. */
#define WEFT_SUMS_SINGLE_3                                                                         \
    WEFT_SUMS_ADD("r4", "r2", "r1")                                                                \
    WEFT_SUMS_ADD("r5", "r3", "r1")                                                                \
    WEFT_SUMS_ADD("r6", "lr", "r1")
#define WEFT_SUMS_SINGLE_5(a, b)                                                                   \
    WEFT_SUMS_SINGLE_3 WEFT_SUMS_LOAD_2(a, b) WEFT_SUMS_ADD("r7", "r2", "r1")                      \
        WEFT_SUMS_ADD("r8", "r3", "r1")
#define WEFT_SUMS_SINGLE_3_1 WEFT_SUMS_LOAD_3("0", "4", "8") "sxtb16 r1, r0\n" WEFT_SUMS_SINGLE_3
#define WEFT_SUMS_SINGLE_3_2 WEFT_SUMS_LOAD_3("0", "8", "16") "sxtb16 r1, r0\n" WEFT_SUMS_SINGLE_3
#define WEFT_SUMS_SINGLE_5_1                                                                       \
    WEFT_SUMS_LOAD_3("0", "4", "8") "sxtb16 r1, r0\n" WEFT_SUMS_SINGLE_5("12", "16")
#define WEFT_SUMS_SINGLE_5_2                                                                       \
    WEFT_SUMS_LOAD_3("0", "8", "16") "sxtb16 r1, r0\n" WEFT_SUMS_SINGLE_5("24", "32")

/* The loops: columns of the filter, and for each two of them pairs of rows. On the stack: columns
 * that are left less two, shared, out. */
#define WEFT_SUMS_LOOPS(pair, single)                                                              \
    "push {r1-r11, lr}\n"                                                                          \
    "mov r9, r0\n"                                                                                 \
    "mov r10, r1\n"                                                                                \
    "ldr r3, [r2]\n"                                                                               \
    "ldr r0, [r2, #4]\n"                                                                           \
    "ldr r11, [r2, #8]\n"                                                                          \
    "movs r4, #0\n"                                                                                \
    "movs r5, #0\n"                                                                                \
    "movs r6, #0\n"                                                                                \
    "movs r7, #0\n"                                                                                \
    "mov r8, r4\n"                                                                                 \
    "add r12, r10, r0\n"                                                                           \
    "subs r3, r3, #2\n"                                                                            \
    "str r3, [sp]\n"                                                                               \
    "bmi 2f\n"                                                                                     \
    "1:\n"                                                                                         \
    "ldr r0, [r10], #4\n" WEFT_SUMS_LOAD_3("0", "4",                                               \
                                           "8") "sxtb16 r1, r0\n"                                  \
                                                "sxtb16 r0, r0, ror #8\n" pair "add r9, r9, r11\n" \
                                                "cmp r10, r12\n"                                   \
                                                "bne 1b\n"                                         \
                                                "ldr r2, [sp, #4]\n"                               \
                                                "ldr r3, [sp]\n"                                   \
                                                "ldr r0, [r2, #4]\n"                               \
                                                "ldr r1, [r2, #12]\n"                              \
                                                "ldr r2, [r2, #16]\n"                              \
                                                "add r10, r10, r1\n"                               \
                                                "sub r9, r9, r2\n"                                 \
                                                "add r12, r10, r0\n"                               \
                                                "subs r3, r3, #2\n"                                \
                                                "str r3, [sp]\n"                                   \
                                                "bpl 1b\n"                                         \
                                                "cmn r3, #1\n"                                     \
                                                "bne 3f\n"                                         \
                                                "2:\n"                                             \
                                                "ldr r0, [r10], #4\n" single "add r9, r9, r11\n"   \
                                                "cmp r10, r12\n"                                   \
                                                "bne 2b\n"                                         \
                                                "3:\n"                                             \
                                                "ldr r2, [sp, #4]\n"                               \
                                                "ldr r3, [sp, #8]\n"                               \
                                                "add r2, r2, #20\n"                                \
                                                "ldm r2, {r0, r1, r9, r10, r11, r12, lr}\n"        \
                                                "cmp r12, #0\n"                                    \
                                                "bne 4f\n"

/* An output, up to the last one; all sums. */
#define WEFT_SUMS_OUTPUT(sum)                                                                      \
    "add " sum ", r0, " sum ", lsl #8\n smmla " sum ", " sum ", r1, lr\n asr " sum ", " sum        \
    ", r9\n"                                                                                       \
    "ssat " sum ", #8, " sum "\n strb " sum ", [r3]\n add r3, r3, r10\n"
#define WEFT_SUMS_OUTPUTS_3                                                                        \
    WEFT_SUMS_OUTPUT("r4")                                                                         \
    "subs r11, r11, #1\n beq 5f\n" WEFT_SUMS_OUTPUT(                                               \
        "r5") "subs r11, r11, #1\n beq 5f\n" WEFT_SUMS_OUTPUT("r6")
#define WEFT_SUMS_OUTPUTS_5                                                                        \
    WEFT_SUMS_OUTPUTS_3                                                                            \
    "subs r11, r11, #1\n beq 5f\n" WEFT_SUMS_OUTPUT(                                               \
        "r7") "subs r11, r11, #1\n beq 5f\n" WEFT_SUMS_OUTPUT("r8")
#define WEFT_SUMS_STORE(sums)                                                                      \
    "5:\n pop {r1-r11, pc}\n 4:\n stm r12, {" sums "}\n pop {r1-r11, pc}\n"

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
    __asm__(WEFT_SUMS_LOOPS(WEFT_SUMS_PAIR_5_1, WEFT_SUMS_SINGLE_5_1)
                WEFT_SUMS_OUTPUTS_5 WEFT_SUMS_STORE("r4-r8"));
}

WEFT_SUMS_FUNCTION weft_sums_5_2(WEFT_SUMS_PARAMETERS)
{
    __asm__(WEFT_SUMS_LOOPS(WEFT_SUMS_PAIR_5_2, WEFT_SUMS_SINGLE_5_2)
                WEFT_SUMS_OUTPUTS_5 WEFT_SUMS_STORE("r4-r8"));
}

WEFT_SUMS_FUNCTION weft_sums_3_1(WEFT_SUMS_PARAMETERS)
{
    __asm__(WEFT_SUMS_LOOPS(WEFT_SUMS_PAIR_3_1, WEFT_SUMS_SINGLE_3_1)
                WEFT_SUMS_OUTPUTS_3 WEFT_SUMS_STORE("r4-r6"));
}

WEFT_SUMS_FUNCTION weft_sums_3_2(WEFT_SUMS_PARAMETERS)
{
    __asm__(WEFT_SUMS_LOOPS(WEFT_SUMS_PAIR_3_2, WEFT_SUMS_SINGLE_3_2)
                WEFT_SUMS_OUTPUTS_3 WEFT_SUMS_STORE("r4-r6"));
}

#pragma GCC diagnostic pop

#else

static inline void weft_sums_of(WEFT_SUMS_PARAMETERS, int32_t outputs, int32_t stride)
{
    int32_t sums[5] = {0};
    for (int32_t column = 0; column < shared->columns; column += 2, w += shared->skip) {
        const int8_t *const end = w + shared->weights;
        for (int32_t at = column; w != end; w += 4, at += shared->next / 4) {
            const uint32_t word = weft_load_32(w);
            for (int32_t i = 0; i < outputs; i++) {
                const uint32_t *pair = x + at + i * stride;
                sums[i] = weft_smlad(pair[0], weft_sxtb16(word), sums[i]);
                if (column + 1 < shared->columns) {
                    sums[i] = weft_smlad(pair[1], weft_sxtb16_ror8(word), sums[i]);
                }
            }
        }
    }
    for (int32_t i = 0; i < outputs; i++) {
        if (shared->sums) {
            shared->sums[i] = sums[i];
        } else if (i < shared->count) {
            uint32_t scaled = (uint32_t)shared->bias + ((uint32_t)sums[i] << 8);
            int32_t upper = weft_smmla((int32_t)scaled, shared->multiplier, shared->offset);
            out[i * shared->step] = (int8_t)weft_ssat8(upper >> shared->shift);
        }
    }
}

#define WEFT_SUMS_FUNCTION(name, outputs, stride)                                                  \
    static inline void name(WEFT_SUMS_PARAMETERS)                                                  \
    {                                                                                              \
        weft_sums_of(x, w, shared, out, outputs, stride);                                          \
    }
WEFT_SUMS_FUNCTION(weft_sums_5_1, 5, 1)
WEFT_SUMS_FUNCTION(weft_sums_5_2, 5, 2)
WEFT_SUMS_FUNCTION(weft_sums_3_1, 3, 1)
WEFT_SUMS_FUNCTION(weft_sums_3_2, 3, 2)

#endif

#endif
