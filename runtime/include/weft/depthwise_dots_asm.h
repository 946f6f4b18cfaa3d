/* SPDX-License-Identifier: Apache-2.0
 *
 * weft/depthwise_dots.h in Thumb-2 with the DSP extension; it includes this file. Written in
 * assembly because every register but the stack pointer holds something in the loop.
 */
#ifndef WEFT_DEPTHWISE_DOTS_ASM_H
#define WEFT_DEPTHWISE_DOTS_ASM_H

/* clang-format off */

/* In the loop: r4 to r7 sums, r8 taps, r9 at, r10 w, r11 pairs. Two taps of four channels: r0 and
 * r1 their inputs, r2 and r12 weights. */
#define WEFT_DOTS_TWO(input, weights, sum, next)                                                   \
    "sxtb16 r1, " input "\n"                                                                       \
    "sxtb16 lr, " weights "\n"                                                                     \
    "sxtb16 " input ", " input ", ror #8\n"                                                        \
    "sxtb16 " weights ", " weights ", ror #8\n"                                                    \
    "smlad " sum ", r1, lr, " sum "\n"                                                             \
    "smlad " next ", " input ", " weights ", " next "\n"
#define WEFT_DOTS_PAIR                                                                             \
    "ldr r0, [r8], #4\n"                                                                           \
    "ldr r1, [r8], #4\n"                                                                           \
    "ldr r2, [r10], #4\n"                                                                          \
    "ldr r12, [r10], #4\n"                                                                         \
    "ldr r0, [r0, r9]\n"                                                                           \
    "ldr r1, [r1, r9]\n"                                                                           \
    "pkhbt r3, r0, r1, lsl #16\n"                                                                  \
    "pkhtb r0, r1, r0, asr #16\n"                                                                  \
    WEFT_DOTS_TWO("r3", "r2", "r4", "r5")                                                          \
    WEFT_DOTS_TWO("r0", "r12", "r6", "r7")

/* Sums of all pairs, two in a turn of the loop; odd ones begin in the middle. */
#define WEFT_DOTS_SUMS                                                                             \
    "movs r4, #0\n"                                                                                \
    "movs r5, #0\n"                                                                                \
    "movs r6, #0\n"                                                                                \
    "movs r7, #0\n"                                                                                \
    "add r11, r11, #1\n"                                                                           \
    "lsrs r11, r11, #1\n"                                                                          \
    "bcc 3f\n"                                                                                     \
    "2:\n"                                                                                         \
    WEFT_DOTS_PAIR                                                                                 \
    "3:\n"                                                                                         \
    WEFT_DOTS_PAIR                                                                                 \
    "subs r11, r11, #1\n"                                                                          \
    "bne 2b\n"

/* An output. r8 numbers: twice the bias, multiplier, shift and what is added before it; r12 out, r11
 * bytes to the next one. */
#define WEFT_DOTS_OUTPUT(sum)                                                                      \
    "ldm r8!, {r0-r3}\n"                                                                           \
    "add " sum ", r0, " sum ", lsl #1\n"                                                           \
    "smmlar r1, " sum ", r1, r3\n"                                                                 \
    "add r1, r1, " sum ", asr #31\n"                                                               \
    "asr r1, r1, r2\n"                                                                             \
    "ssat r1, #8, r1\n"                                                                            \
    "strb r1, [r12]\n"                                                                             \
    "add r12, r12, r11\n"
#define WEFT_DOTS_OUTPUTS                                                                          \
    "ldr lr, [sp]\n"                                                                               \
    "ldr r8, [lr, #16]\n"                                                                          \
    "ldr r12, [lr, #20]\n"                                                                         \
    "ldr r11, [lr, #24]\n"                                                                         \
    WEFT_DOTS_OUTPUT("r4") WEFT_DOTS_OUTPUT("r5") WEFT_DOTS_OUTPUT("r6") WEFT_DOTS_OUTPUT("r7")

/* On to the next four, if there are any. */
#define WEFT_DOTS_NEXT                                                                             \
    "ldr r0, [lr, #28]\n"                                                                          \
    "ldr r1, [lr, #32]\n"                                                                          \
    "ldr r2, [lr, #36]\n"                                                                          \
    "add r9, r9, r1\n"                                                                             \
    "add r12, r12, r2\n"                                                                           \
    "subs r0, r0, #1\n"                                                                            \
    "str r0, [lr, #28]\n"                                                                          \
    "str r8, [lr, #16]\n"                                                                          \
    "str r12, [lr, #20]\n"                                                                         \
    "bne 1b\n"

/* clang-format on */

/* The compiler knows nothing of the parameter's use, so it must not change this function. */
#if defined(__clang__)
#define WEFT_DOTS_FUNCTION __attribute__((naked, noinline, unused)) static void
#else
#define WEFT_DOTS_FUNCTION __attribute__((naked, noinline, noclone, unused)) static void
#endif
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"

/* All fours of outputs. */
WEFT_DOTS_FUNCTION weft_dots(weft_dots_job *job)
{
    __asm__("push {r0, r4-r11, lr}\n"
            "mov lr, r0\n"
            "ldr r9, [lr, #4]\n"
            "ldr r10, [lr, #8]\n"
            "1:\n"
            "ldr r8, [lr]\n"
            "ldr r11, [lr, #12]\n");
    __asm__(WEFT_DOTS_SUMS WEFT_DOTS_OUTPUTS WEFT_DOTS_NEXT);
    __asm__("str r10, [lr, #8]\n"
            "pop {r0, r4-r11, pc}\n");
}

#pragma GCC diagnostic pop

#endif
