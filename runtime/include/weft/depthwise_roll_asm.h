/* SPDX-License-Identifier: Apache-2.0
 *
 * weft/depthwise_quad_asm.h, which includes this file: a channel's sums roll along a row.
 *
 * r0 columns, r1 outputs, r2 multiplier, r3 what a sum starts with, r8 to r12 the filter.
 */
#ifndef WEFT_DEPTHWISE_ROLL_ASM_H
#define WEFT_DEPTHWISE_ROLL_ASM_H

/* clang-format off */

#define WEFT_QUAD_TEXT(x) WEFT_QUAD_TEXT_OF(x)
#define WEFT_QUAD_TEXT_OF(x) #x

/* An output. The register `free` is lost. Sums of both signs have an offset each. */
#if WEFT_QUAD_TWO_SIDED
#define WEFT_QUAD_OUTPUT(free, sum)                                                                \
    "lsr " free ", " sum ", #31\n"                                                                 \
    "ldr " free ", [sp, " free ", lsl #2]\n"                                                       \
    "add " free ", " free ", " sum "\n"                                                            \
    WEFT_QUAD_STORE(free, free)
#else
#define WEFT_QUAD_OUTPUT(free, sum) WEFT_QUAD_STORE(free, sum)
#endif
#define WEFT_QUAD_STORE(to, sum)                                                                   \
    "smmul " to ", " sum ", r2\n"                                                                  \
    "ssat " to ", #8, " to ", asr #" WEFT_QUAD_TEXT(WEFT_QUAD_SHIFT) "\n"                          \
    "strb " to ", [r1], #4\n"

/* Stride 1. Pairs of rows 1 and 2 in r6 and, in the next column, r7; both columns of row 0 or 3 in
 * lr. v, w and r10 are the filter's columns for the pairs, r11 (0 and 1) and r12 (1 and 2) those of
 * its other row. The sum a is of the output that begins with the first of two columns, b of the
 * next one. */
#define WEFT_QUAD_LOAD_1(at) WEFT_QUAD_LOAD_FIRST_1(at) WEFT_QUAD_LOAD_SECOND_1
#define WEFT_QUAD_LOAD_FIRST_1(at) "ldr r6, [r0, #16]\n ldr lr, [r0, #" #at "]\n"
#define WEFT_QUAD_LOAD_SECOND_1 "ldr r7, [r0], #64\n"
#define WEFT_QUAD_START_1(a, b, v, w)                                                              \
    "smlad " a ", lr, r11, r3\n"                                                                   \
    "smlatb " b ", lr, r11, r3\n"                                                                  \
    "smlad " a ", r6, " v ", " a "\n"                                                              \
    "smlad " b ", r7, " v ", " b "\n"                                                              \
    "smlad " a ", r7, " w ", " a "\n"
#define WEFT_QUAD_END_A_1(a) "smlabt " a ", lr, r12, " a "\n smlad " a ", r6, r10, " a "\n"
#define WEFT_QUAD_END_B_1(b, w)                                                                    \
    "smlad " b ", lr, r12, " b "\n"                                                                \
    "smlad " b ", r6, " w ", " b "\n"                                                              \
    "smlad " b ", r7, r10, " b "\n"

/* Two columns that end two outputs and start two. Where an output needs one more register it is the
 * second column's before that is loaded, then the first one's after its last use. */
#if WEFT_QUAD_TWO_SIDED
#define WEFT_QUAD_ROLL_1(at, a, b, v, w)                                                           \
    WEFT_QUAD_LAST_A_1(at, a) WEFT_QUAD_END_B_1(b, w)                                              \
    "smlad " a ", lr, r11, r3\n"                                                                   \
    "smlad " a ", r6, " v ", " a "\n"                                                              \
    "smlad " a ", r7, " w ", " a "\n" WEFT_QUAD_OUTPUT("r6", b)                                    \
    "smlatb " b ", lr, r11, r3\n"                                                                  \
    "smlad " b ", r7, " v ", " b "\n"
#define WEFT_QUAD_LAST_A_1(at, a)                                                                  \
    WEFT_QUAD_LOAD_FIRST_1(at) WEFT_QUAD_END_A_1(a) WEFT_QUAD_OUTPUT("r7", a)                      \
    WEFT_QUAD_LOAD_SECOND_1
#define WEFT_QUAD_LAST_B_1(b, w) WEFT_QUAD_END_B_1(b, w) WEFT_QUAD_OUTPUT("r7", b)
#else
#define WEFT_QUAD_ROLL_1(at, a, b, v, w)                                                           \
    WEFT_QUAD_LOAD_1(at) WEFT_QUAD_END_A_1(a) WEFT_QUAD_END_B_1(b, w) WEFT_QUAD_OUTPUT(a, a)       \
    WEFT_QUAD_OUTPUT(b, b) WEFT_QUAD_START_1(a, b, v, w)
#define WEFT_QUAD_LAST_A_1(at, a)                                                                  \
    WEFT_QUAD_LOAD_1(at) WEFT_QUAD_END_A_1(a) WEFT_QUAD_OUTPUT(a, a)
#define WEFT_QUAD_LAST_B_1(b, w) WEFT_QUAD_END_B_1(b, w) WEFT_QUAD_OUTPUT(b, b)
#endif

/* A row: the first two columns; two columns that end outputs and start others, twice, once, or in
 * front of that three times in a loop, which stands elsewhere; the last two columns. Digit d begins
 * the row's labels. */
#define WEFT_QUAD_ROW_1(d, at, a, b, v, w)                                                           \
    WEFT_QUAD_LOAD_1(at) WEFT_QUAD_START_1(a, b, v, w)                                                 \
    "ble " #d "4f\n"                                                                               \
    #d "1:\n" WEFT_QUAD_ROLL_1(at, a, b, v, w)                                                       \
    #d "2:\n" WEFT_QUAD_ROLL_1(at, a, b, v, w)                                                       \
    #d "3:\n" WEFT_QUAD_LAST_A_1(at, a)                                                            \
    "bcs " #d "6f\n" WEFT_QUAD_LAST_B_1(b, w)                                                      \
    #d "6:\n"
#define WEFT_QUAD_WIDE_1(d, at, a, b, v, w)                                                          \
    #d "4:\n"                                                                                      \
    "bpl " #d "2b\n"                                                                               \
    #d "5:\n" WEFT_QUAD_ROLL_1(at, a, b, v, w) WEFT_QUAD_ROLL_1(at, a, b, v, w)                        \
    WEFT_QUAD_ROLL_1(at, a, b, v, w)                                                                 \
    "ldr r6, " WEFT_QUAD_LOOP_END                                                                  \
    "cmp r0, r6\n"                                                                                 \
    "blo " #d "5b\n"                                                                               \
    "ldr r7, " WEFT_QUAD_ENTRY                                                                     \
    "msr apsr_nzcvq, r7\n"                                                                         \
    "bvs " #d "3b\n"                                                                               \
    "beq " #d "1b\n"                                                                               \
    "b " #d "2b\n"

/* From output row 0 to output row 1, if there is one. */
#define WEFT_QUAD_SECOND                                                                           \
    "ldr r6, " WEFT_QUAD_REWIND_ROW                                                                \
    "ldr r7, " WEFT_QUAD_ENTRY                                                                     \
    "cmp r6, #0\n"                                                                                 \
    "beq 4f\n"                                                                                     \
    "sub r0, r0, r6\n"                                                                             \
    "msr apsr_nzcvq, r7\n"
/* Rows 0 and 1 of the filter are for the pairs, in r4, r5 and r10, and row 2 is the other one. */
#define WEFT_QUAD_SECOND_1                                                                         \
    WEFT_QUAD_SECOND                                                                               \
    "lsr r6, r12, #16\n"                                                                           \
    "pkhbt r4, r11, r8, lsl #16\n"                                                                 \
    "pkhbt r5, r12, r9, lsl #16\n"                                                                 \
    "pkhtb r11, r9, r8, asr #16\n"                                                                 \
    "pkhtb r12, r10, r9, asr #16\n"                                                                \
    "pkhbt r10, r6, r10, lsl #16\n"

/* Stride 2. r6 and r7 pairs of rows 0 and 1, or 3 and 4, in the first and the second column, lr
 * both columns of row 2. v, r9 and r10 are the filter's columns for the pairs, a half of u (column
 * 0) and r11 those of its other row. r4 the sum, r5 turns of the loop. */
#define WEFT_QUAD_START_2(v, half, u) "smlad r4, r7, " v ", r3\n " half " r4, lr, " u ", r4\n"
#define WEFT_QUAD_NEXT_2(at, v, half, u)                                                           \
    "ldr r6, [r0, #96]\n"                                                                          \
    "ldr lr, [r0, #80 + " #at "]\n"                                                                \
    "ldr r7, [r0, #80]!\n"                                                                         \
    "smlad r4, r6, r9, r4\n"                                                                       \
    "smlad r4, r7, r10, r4\n"                                                                      \
    "smlad r4, lr, r11, r4\n"                                                                      \
    WEFT_QUAD_OUTPUT("r6", "r4")                                                                   \
    WEFT_QUAD_START_2(v, half, u)
#define WEFT_QUAD_ROW_2(d, at, v, half, u)                                                         \
    "ldr r5, " WEFT_QUAD_TURNS                                                                     \
    "ldr r7, [r0]\n"                                                                               \
    "ldr lr, [r0, #" #at "]\n"                                                                     \
    WEFT_QUAD_START_2(v, half, u)                                                                  \
    "beq " #d "2f\n"                                                                               \
    "bvs " #d "1f\n"                                                                               \
    "bmi " #d "3f\n"                                                                               \
    #d "0:\n" WEFT_QUAD_NEXT_2(at, v, half, u)                                                     \
    #d "1:\n" WEFT_QUAD_NEXT_2(at, v, half, u)                                                     \
    #d "2:\n" WEFT_QUAD_NEXT_2(at, v, half, u)                                                     \
    #d "3:\n" WEFT_QUAD_NEXT_2(at, v, half, u)                                                     \
    "subs r5, r5, #1\n"                                                                            \
    "bne " #d "0b\n"

/* Rows 1 and 2 of the filter are for the pairs, in r12, r9 and r10, and row 0 is the other one, in
 * r8 and r11. */
#define WEFT_QUAD_SECOND_2                                                                         \
    WEFT_QUAD_SECOND                                                                               \
    "lsr r6, r9, #16\n"                                                                            \
    "pkhtb r12, r12, r8, asr #16\n"                                                                \
    "pkhbt r7, r9, r10, lsl #16\n"                                                                 \
    "pkhtb r10, r11, r10, asr #16\n"                                                               \
    "pkhbt r9, r6, r11, lsl #16\n"                                                                 \
    "mov r11, r7\n"

/* clang-format on */

#endif
