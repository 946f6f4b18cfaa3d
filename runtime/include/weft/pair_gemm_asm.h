/* SPDX-License-Identifier: Apache-2.0
 *
 * weft/pair_gemm.h in Thumb-2 with the DSP extension; it includes this file. Written in assembly
 * because every register but the stack pointer holds something in the loops: compilers spill.
 *
 * The loops are unrolled, and entered where the number of pairs leaves a whole number of rounds;
 * pointers start as many bytes before their data as are skipped, and four more: the last loads of
 * a round move the pointers on. The assembly saves r4 to r11 itself, because compilers may keep
 * some of them for themselves.
 */
#ifndef WEFT_PAIR_GEMM_ASM_H
#define WEFT_PAIR_GEMM_ASM_H

/* What the assembly is given, in its order. */
typedef struct {
    uintptr_t entry;     /* of the loop, relative to its first instruction; odd for Thumb code */
    uintptr_t x;         /* where the pointer to the inputs starts */
    uintptr_t x_end;     /* and where it ends */
    uintptr_t back;      /* bytes that the pointer to the weights starts before its data */
    int32_t shift;       /* as in weft_pair_gemm */
    int8_t *out0, *out1; /* where the next outputs go */
    uintptr_t w_end;     /* the last word of all blocks */
    uintptr_t w;         /* the word before the next block */
} weft_pair_job;

/* Offsets of these fields on the stack. */
#define WEFT_ENTRY "[sp]\n"
#define WEFT_X "[sp, #4]\n"
#define WEFT_X_END "[sp, #8]\n"
#define WEFT_BACK "[sp, #12]\n"
#define WEFT_SHIFT "[sp, #16]\n"
#define WEFT_OUT0 "[sp, #20]\n"
#define WEFT_OUT1 "[sp, #24]\n"
#define WEFT_W_END "[sp, #28]\n"

/* Begin and end: r0 is the job; the loop is at label 2. Leaves the weights' pointer in r1. */
#define WEFT_PAIR_BEGIN                                                                            \
    "push {r4-r11}\n"                                                                              \
    "ldm r0, {r1-r9}\n"                                                                            \
    "adr r0, 2f\n"                                                                                 \
    "add r1, r1, r0\n"                                                                             \
    "push {r1-r8}\n"                                                                               \
    "mov r1, r9\n"
#define WEFT_PAIR_END                                                                              \
    "add sp, sp, #32\n"                                                                            \
    "pop {r4-r11}\n"

/* One round of two pairs of sums for two vectors: r0 inputs, r1 weights; sums of a vector's four
 * channels in r6 to r9, of the other's in r10, r11, r12, lr. The first two arguments are the
 * loads of the last input and weight. */
#define WEFT_PAIR_STEP_2(x1, w1, at)                                                               \
    "ldr.n r2, [r0, #" at "]\n"                                                                    \
    "ldr" x1 "ldr.n r4, [r1, #" at "]\n"                                                           \
    "ldr" w1 "smlad r6, r4, r2, r6\n"                                                              \
    "smlad r10, r4, r3, r10\n"                                                                     \
    "smlad r8, r5, r2, r8\n"                                                                       \
    "smlad r12, r5, r3, r12\n"                                                                     \
    "sxtb16 r4, r4\n"                                                                              \
    "sxtb16 r5, r5\n"                                                                              \
    "smlad r7, r4, r2, r7\n"                                                                       \
    "smlad r11, r4, r3, r11\n"                                                                     \
    "smlad r9, r5, r2, r9\n"                                                                       \
    "smlad lr, r5, r3, lr\n"
#define WEFT_PAIR_2(at, next)                                                                      \
    WEFT_PAIR_STEP_2(".n r3, [r0, #" next "]\n", ".n r5, [r1, #" next "]\n", at)
#define WEFT_PAIR_LAST_2(at, next)                                                                 \
    WEFT_PAIR_STEP_2(" r3, [r0, #" next "]!\n", " r5, [r1, #" next "]!\n", at)
#define WEFT_PAIRS_2 16 /* in a round */
#define WEFT_PAIR_BYTES_2 48
#define WEFT_ROUND_2                                                                               \
    WEFT_PAIR_2("4", "8")                                                                          \
    WEFT_PAIR_2("12", "16")                                                                        \
    WEFT_PAIR_2("20", "24")                                                                        \
    WEFT_PAIR_2("28", "32")                                                                        \
    WEFT_PAIR_2("36", "40")                                                                        \
    WEFT_PAIR_2("44", "48")                                                                        \
    WEFT_PAIR_2("52", "56")                                                                        \
    WEFT_PAIR_2("60", "64")                                                                        \
    WEFT_PAIR_2("68", "72")                                                                        \
    WEFT_PAIR_2("76", "80")                                                                        \
    WEFT_PAIR_2("84", "88")                                                                        \
    WEFT_PAIR_2("92", "96")                                                                        \
    WEFT_PAIR_2("100", "104")                                                                      \
    WEFT_PAIR_2("108", "112")                                                                      \
    WEFT_PAIR_2("116", "120")                                                                      \
    WEFT_PAIR_LAST_2("124", "128")

/* Output of a channel in register `sum`, which holds its sum twice; r4 is free. */
#define WEFT_BY_CHANNEL(sum, multiplier)                                                           \
    "smmlar r4, " sum ", " multiplier ", r3\n"                                                     \
    "add r4, r4, " sum ", asr #31\n"                                                               \
    "asr r4, r4, r5\n"                                                                             \
    "ssat " sum ", #8, r4\n"

static void __attribute__((noinline, unused)) weft_pair_run_2(const weft_pair_job *job)
{
    register const weft_pair_job *r0 __asm__("r0") = job;
    __asm__ volatile(WEFT_PAIR_BEGIN
                     "1:\n"
                     "ldr r0, " WEFT_X
                     "ldr r2, " WEFT_BACK
                     "ldr r3, " WEFT_ENTRY
                     "ldr r6, [r1, #4]\n"
                     "ldr r7, [r1, #8]\n"
                     "ldr r8, [r1, #12]\n"
                     "ldr r9, [r1, #16]!\n"
                     "mov r10, r6\n"
                     "mov r11, r7\n"
                     "mov r12, r8\n"
                     "mov lr, r9\n"
                     "sub r1, r1, r2\n"
                     "bx r3\n"
                     ".p2align 2\n"
                     "2:\n" WEFT_ROUND_2
                     "ldr r2, " WEFT_X_END
                     "cmp r0, r2\n"
                     "bne 2b\n"
                     "ldr r4, " WEFT_SHIFT
                     "ldr r2, [r1, #4]\n"
                     "ldr r3, [r1, #8]\n"
                     "ldr r5, [r1, #12]\n"
                     "ldr r0, [r1, #16]\n"
                     "sub r6, r6, r7\n"
                     "sub r10, r10, r11\n"
                     "cmp r4, #0\n"
                     "blt 4f\n"
                     "add r7, r5, r7, lsl #8\n"
                     "add r11, r5, r11, lsl #8\n"
                     "smmul r6, r6, r2\n"
                     "smmul r10, r10, r2\n"
                     "smmul r7, r7, r3\n"
                     "smmul r11, r11, r3\n"
                     "ldr r2, [r1, #20]\n"
                     "ldr r3, [r1, #24]!\n"
                     "sub r8, r8, r9\n"
                     "sub r12, r12, lr\n"
                     "add r9, r3, r9, lsl #8\n"
                     "add lr, r3, lr, lsl #8\n"
                     "smmul r8, r8, r0\n"
                     "smmul r12, r12, r0\n"
                     "smmul r9, r9, r2\n"
                     "smmul lr, lr, r2\n"
                     "asr r6, r6, r4\n"
                     "asr r7, r7, r4\n"
                     "asr r8, r8, r4\n"
                     "asr r9, r9, r4\n"
                     "asr r10, r10, r4\n"
                     "asr r11, r11, r4\n"
                     "asr r12, r12, r4\n"
                     "asr lr, lr, r4\n"
                     "ssat r6, #8, r6\n"
                     "ssat r7, #8, r7\n"
                     "ssat r8, #8, r8\n"
                     "ssat r9, #8, r9\n"
                     "ssat r10, #8, r10\n"
                     "ssat r11, #8, r11\n"
                     "ssat r12, #8, r12\n"
                     "ssat lr, #8, lr\n"
                     "3:\n"
                     "ldr r0, " WEFT_OUT0
                     "ldr r2, " WEFT_OUT1
                     "ldr r3, " WEFT_W_END
                     "strb r7, [r0, #1]\n"
                     "strb r8, [r0, #2]\n"
                     "strb r9, [r0, #3]\n"
                     "strb r6, [r0], #4\n"
                     "strb r11, [r2, #1]\n"
                     "strb r12, [r2, #2]\n"
                     "strb lr, [r2, #3]\n"
                     "strb r10, [r2], #4\n"
                     "str r0, " WEFT_OUT0
                     "str r2, " WEFT_OUT1
                     "cmp r1, r3\n"
                     "bne 1b\n"
                     "b 5f\n"
                     "4:\n"
                     "asr r6, r6, #7\n"
                     "asr r10, r10, #7\n"
                     WEFT_BY_CHANNEL("r6", "r2")
                     WEFT_BY_CHANNEL("r10", "r2")
                     "ldr r3, [r1, #20]\n"
                     "ldr r5, [r1, #24]\n"
                     "lsl r7, r7, #1\n"
                     "lsl r11, r11, #1\n"
                     WEFT_BY_CHANNEL("r7", "r0")
                     WEFT_BY_CHANNEL("r11", "r0")
                     "ldr r2, [r1, #28]\n"
                     "ldr r3, [r1, #32]\n"
                     "ldr r5, [r1, #36]\n"
                     "ldr r0, [r1, #40]\n"
                     "sub r8, r8, r9\n"
                     "sub r12, r12, lr\n"
                     "asr r8, r8, #7\n"
                     "asr r12, r12, #7\n"
                     WEFT_BY_CHANNEL("r8", "r2")
                     WEFT_BY_CHANNEL("r12", "r2")
                     "ldr r3, [r1, #44]\n"
                     "ldr r5, [r1, #48]!\n"
                     "lsl r9, r9, #1\n"
                     "lsl lr, lr, #1\n"
                     WEFT_BY_CHANNEL("r9", "r0")
                     WEFT_BY_CHANNEL("lr", "r0")
                     "b 3b\n"
                     "5:\n" WEFT_PAIR_END
                     : "+r"(r0)
                     :
                     : "r1", "r2", "r3", "r12", "lr", "cc", "memory");
}
