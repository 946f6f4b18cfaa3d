/* SPDX-License-Identifier: Apache-2.0
 *
 * weft/depthwise_quad.h in Thumb-2 with the DSP extension; it includes this file. Written in
 * assembly because every register but the stack pointer holds something in the loops.
 *
 * The functions hold nothing but assembly, and their parameter is on the stack: the job.
 */
#ifndef WEFT_DEPTHWISE_QUAD_ASM_H
#define WEFT_DEPTHWISE_QUAD_ASM_H

/* clang-format off */

#define WEFT_QUAD_ENTER "push {r0, r4-r11, lr}\n"
#define WEFT_QUAD_LEAVE "pop {r0, r4-r11, pc}\n"
#define WEFT_QUAD_JOB "ldr lr, [sp]\n"

/* Where fields of the job are: behind WEFT_QUAD_JOB. */
#define WEFT_QUAD_CHANNEL "[lr, #16]\n"
#define WEFT_QUAD_STEP "[lr, #20]\n"
#define WEFT_QUAD_LAST "[lr, #32]\n"
#define WEFT_QUAD_FILTERS "[lr, #36]\n"
#define WEFT_QUAD_NEXT_FILTER "[lr, #40]\n"
#define WEFT_QUAD_FIRST_TURN "[lr, #44]\n"
#define WEFT_QUAD_TURNS "[lr, #48]\n"
#define WEFT_QUAD_REWIND_ROW "[lr, #52]\n"
#define WEFT_QUAD_REWIND "[lr, #56]\n"
#define WEFT_QUAD_REWIND_OUT "[lr, #60]\n"
#define WEFT_QUAD_COLUMNS_START "[lr, #64]\n"
#define WEFT_QUAD_DONE "[lr, #68]\n"

/* The next four channels. To unpack: r0 to r3 rows, r4 place in them, r5 step, r6 and r7 where to
 * unpack to, and until where. */
#define WEFT_QUAD_FOUR                                                                             \
    "0:\n" WEFT_QUAD_JOB                                                                           \
    "ldm lr, {r0-r7}\n"                                                                            \
    "ldr r8, " WEFT_QUAD_FILTERS                                                                   \
    "add r9, r4, r4, lsl #2\n"                                                                     \
    "add r8, r8, r9, lsl #2\n"                                                                     \
    "str r8, " WEFT_QUAD_NEXT_FILTER
/* Four channels of the words a and b as pairs; b, r12 and lr are lost, too. */
#define WEFT_QUAD_UNPACK(a, b)                                                                     \
    "pkhbt r12, " a ", " b ", lsl #16\n"                                                           \
    "pkhtb lr, " b ", " a ", asr #16\n"                                                            \
    "sxtb16 " a ", r12\n"                                                                          \
    "sxtb16 " b ", r12, ror #8\n"                                                                  \
    "sxtb16 r12, lr\n"                                                                             \
    "sxtb16 lr, lr, ror #8\n"                                                                      \
    "str " b ", [r6, #4]\n"                                                                        \
    "str r12, [r6, #8]\n"                                                                          \
    "str lr, [r6, #12]\n"                                                                          \
    "str " a ", [r6], #16\n"

/* All columns, at a stride of 1 or 2; two in a turn of the loop. */
#define WEFT_QUAD_UNPACK_COLUMN                                                                    \
    "ldr r8, [r0, r4]\n"                                                                           \
    "ldr r9, [r1, r4]\n"                                                                           \
    "ldr r10, [r2, r4]\n"                                                                          \
    "ldr r11, [r3, r4]\n"                                                                          \
    "add r4, r4, r5\n"                                                                             \
    WEFT_QUAD_UNPACK("r8", "r9")                                                                   \
    WEFT_QUAD_UNPACK("r10", "r11")
#define WEFT_QUAD_UNPACK_1                                                                         \
    "sub r8, r7, r6\n"                                                                             \
    "tst r8, #32\n"                                                                                \
    "bne 2f\n"                                                                                     \
    "1:\n" WEFT_QUAD_UNPACK_COLUMN                                                                 \
    "2:\n" WEFT_QUAD_UNPACK_COLUMN                                                                 \
    "cmp r6, r7\n"                                                                                 \
    "bne 1b\n"
#define WEFT_QUAD_UNPACK_2                                                                         \
    "ldr r10, [r2, r4]\n"                                                                          \
    "add r6, r6, #16\n"                                                                            \
    "b 2f\n"                                                                                       \
    "1:\n"                                                                                         \
    "ldr r8, [r0, r4]\n"                                                                           \
    "ldr r9, [r1, r4]\n"                                                                           \
    "ldr r10, [r2, r4]\n"                                                                          \
    "add r4, r4, r5\n"                                                                             \
    WEFT_QUAD_UNPACK("r8", "r9")                                                                   \
    "2:\n"                                                                                         \
    "ldr r8, [r0, r4]\n"                                                                           \
    "ldr r9, [r1, r4]\n"                                                                           \
    "ldr r11, [r2, r4]\n"                                                                          \
    "add r4, r4, r5\n"                                                                             \
    WEFT_QUAD_UNPACK("r8", "r9")                                                                   \
    WEFT_QUAD_UNPACK("r10", "r11")                                                                 \
    "cmp r6, r7\n"                                                                                 \
    "bne 1b\n"

/* A channel. r0 columns, r1 outputs, r2 multiplier, r3 what a sum starts with, r8 to r10 the
 * filter's columns as pairs of rows 0 and 1, r4 its w22 at the top, r11 w20 and w21, r12 turns.
 * r6 is first_turn. */
#define WEFT_QUAD_START_CHANNELS                                                                   \
    WEFT_QUAD_JOB                                                                                  \
    "ldr r0, " WEFT_QUAD_COLUMNS_START                                                             \
    "ldr r1, " WEFT_QUAD_DONE
#define WEFT_QUAD_START_CHANNEL                                                                    \
    "3:\n"                                                                                         \
    WEFT_QUAD_JOB                                                                                  \
    "ldr r7, " WEFT_QUAD_NEXT_FILTER                                                               \
    "ldr r6, " WEFT_QUAD_FIRST_TURN                                                                \
    "ldr r12, " WEFT_QUAD_TURNS                                                                  \
    "ldm r7!, {r2, r3, r4, r9, r11}\n"                                                             \
    "str r7, " WEFT_QUAD_NEXT_FILTER                                                               \
    "mov lr, #0xff00ff00\n"                                                                        \
    "and r8, lr, r9, lsl #8\n"                                                                     \
    "and r9, lr, r9\n"                                                                             \
    "and r10, lr, r11, lsl #8\n"                                                                   \
    "and r11, lr, r11\n"

/* Sums are in r4, r5 and lr. */
#define WEFT_QUAD_TEXT(x) WEFT_QUAD_TEXT_OF(x)
#define WEFT_QUAD_TEXT_OF(x) #x
#define WEFT_QUAD_OUTPUT(sum)                                                                      \
    "smmul " sum ", " sum ", r2\n"                                                                 \
    "ssat " sum ", #8, " sum ", asr #" WEFT_QUAD_TEXT(WEFT_QUAD_SHIFT) "\n"                        \
    "strb " sum ", [r1], #4\n"
#define WEFT_QUAD_TURN "26: sub r12, r12, #1\n tst r12, #0xff\n bne 20b\n"

/* Stride 1. r6 rows 0 and 1, r7 rows 2 and 3; the high half of r12 is w22. Products with filter
 * column 0, 1 or 2: A for output row 0, B for output row 1. */
#define WEFT_QUAD_LOAD "ldr r6, [r0], #32\n ldr r7, [r0, #-16]\n"
#define WEFT_QUAD_A0(sum) "smlad " sum ", r6, r8, r3\n smlabb " sum ", r7, r11, " sum "\n"
#define WEFT_QUAD_A1(sum) "smlad " sum ", r6, r9, " sum "\n smlabt " sum ", r7, r11, " sum "\n"
#define WEFT_QUAD_A2(sum) "smlad " sum ", r6, r10, " sum "\n smlabt " sum ", r7, r12, " sum "\n"
#define WEFT_QUAD_B0(sum) "smlad " sum ", r7, r8, r3\n smlatb " sum ", r6, r11, " sum "\n"
#define WEFT_QUAD_B1(sum) "smlad " sum ", r7, r9, " sum "\n smlatt " sum ", r6, r11, " sum "\n"
#define WEFT_QUAD_B2(sum) "smlad " sum ", r7, r10, " sum "\n smlatt " sum ", r6, r12, " sum "\n"

/* A row: the two columns before the first output, then one for each. The three sums change places,
 * so six outputs make a turn, entered where the count asks for. The last two outputs start none. */
#define WEFT_QUAD_START(row, a, b)                                                                 \
    WEFT_QUAD_LOAD WEFT_QUAD_##row##0(a)                                                           \
    WEFT_QUAD_LOAD WEFT_QUAD_##row##1(a) WEFT_QUAD_##row##0(b)
#define WEFT_QUAD_NEXT(row, a, b, c)                                                               \
    WEFT_QUAD_LOAD WEFT_QUAD_##row##2(a) WEFT_QUAD_##row##1(b) WEFT_QUAD_##row##0(c)               \
    WEFT_QUAD_OUTPUT(a)
#define WEFT_QUAD_ROW_1(row)                                                                       \
    "cmp r6, #3\n tbb [pc, r6]\n"                                                                  \
    "10: .byte (13f - 10b) / 2, (12f - 10b) / 2, (11f - 10b) / 2\n"                                \
    ".byte (13f - 10b) / 2, (12f - 10b) / 2, (11f - 10b) / 2\n"                                    \
    "11:\n" WEFT_QUAD_START(row, "r5", "lr") "bge 21f\n b 24f\n"                                   \
    "12:\n" WEFT_QUAD_START(row, "lr", "r4") "bge 22f\n b 25f\n"                                   \
    "13:\n" WEFT_QUAD_START(row, "r4", "r5") "bge 23f\n b 26f\n"                                   \
    "20:\n" WEFT_QUAD_NEXT(row, "r4", "r5", "lr")                                                  \
    "21:\n" WEFT_QUAD_NEXT(row, "r5", "lr", "r4")                                                  \
    "22:\n" WEFT_QUAD_NEXT(row, "lr", "r4", "r5")                                                  \
    "23:\n" WEFT_QUAD_NEXT(row, "r4", "r5", "lr")                                                  \
    "24:\n" WEFT_QUAD_NEXT(row, "r5", "lr", "r4")                                                  \
    "25:\n" WEFT_QUAD_NEXT(row, "lr", "r4", "r5")                                                  \
    WEFT_QUAD_TURN                                                                                 \
    WEFT_QUAD_LOAD WEFT_QUAD_##row##2("r4") WEFT_QUAD_##row##1("r5") WEFT_QUAD_OUTPUT("r4")        \
    WEFT_QUAD_LOAD WEFT_QUAD_##row##2("r5") WEFT_QUAD_OUTPUT("r5")

/* From output row 0 to output row 1, if there is one: the filter is one row further down. */
#define WEFT_QUAD_SECOND                                                                           \
    WEFT_QUAD_JOB                                                                                  \
    "ldr r4, " WEFT_QUAD_REWIND_ROW                                                                \
    "ldr r5, " WEFT_QUAD_TURNS                                                                   \
    "ldr r6, " WEFT_QUAD_FIRST_TURN                                                                \
    "cmp r4, #0\n"                                                                                 \
    "beq 4f\n"                                                                                     \
    "sub r0, r0, r4\n"                                                                             \
    "lsl r7, r11, #16\n"                                                                           \
    "pkhbt r4, r8, r9, lsl #16\n"                                                                  \
    "pkhbt r5, r5, r10, lsl #16\n"                                                                 \
    "pkhtb r8, r7, r8, asr #16\n"                                                                  \
    "pkhtb r9, r11, r9, asr #16\n"                                                                 \
    "pkhtb r10, r12, r10, asr #16\n"                                                               \
    "mov r11, r4\n"                                                                                \
    "mov r12, r5\n"

/* Stride 2. r6 and r7 rows 0 and 1 of two columns, lr row 2 of both; r11 is w21 and w22, the high
 * half of r12 w20. Two sums change places. */
#define WEFT_QUAD_FILTER_2 "pkhbt r12, r12, r11, lsl #16\n pkhtb r11, r4, r11, asr #16\n"
#define WEFT_QUAD_LOAD_2 "ldr r6, [r0], #48\n ldr r7, [r0, #-32]\n ldr lr, [r0, #-16]\n"
#define WEFT_QUAD_START_2(a)                                                                       \
    "smlad " a ", r7, r8, r3\n"                                                                    \
    "smlatt " a ", lr, r12, " a "\n"
#define WEFT_QUAD_END_2(a)                                                                         \
    WEFT_QUAD_LOAD_2                                                                               \
    "smlad " a ", r6, r9, " a "\n"                                                                 \
    "smlad " a ", r7, r10, " a "\n"                                                                \
    "smlad " a ", lr, r11, " a "\n"
#define WEFT_QUAD_NEXT_2(a, b) WEFT_QUAD_END_2(a) WEFT_QUAD_START_2(b) WEFT_QUAD_OUTPUT(a)
#define WEFT_QUAD_ROW_2                                                                            \
    "ldr r7, [r0, #16]\n ldr lr, [r0, #32]\n add r0, r0, #48\n"                                    \
    "lsrs r6, r6, #1\n bcs 11f\n" WEFT_QUAD_START_2("r4")                                          \
    "cmp r6, #0\n bne 22f\n b 26f\n"                                                               \
    "11:\n" WEFT_QUAD_START_2("r5")                                                                \
    "cmp r6, #0\n bne 21f\n b 23f\n"                                                               \
    "20:\n" WEFT_QUAD_NEXT_2("r4", "r5")                                                           \
    "21:\n" WEFT_QUAD_NEXT_2("r5", "r4")                                                           \
    "22:\n" WEFT_QUAD_NEXT_2("r4", "r5")                                                           \
    "23:\n" WEFT_QUAD_NEXT_2("r5", "r4")                                                           \
    WEFT_QUAD_TURN                                                                                 \
    WEFT_QUAD_END_2("r4") WEFT_QUAD_OUTPUT("r4")

/* Back to the first column, for the next of four channels. */
#define WEFT_QUAD_NEXT_CHANNEL                                                                     \
    "4:\n"                                                                                         \
    WEFT_QUAD_JOB                                                                                  \
    "ldr r4, " WEFT_QUAD_REWIND                                                                    \
    "ldr r5, " WEFT_QUAD_REWIND_OUT                                                                \
    "ldr r6, " WEFT_QUAD_COLUMNS_START                                                             \
    "sub r0, r0, r4\n"                                                                             \
    "sub r1, r1, r5\n"                                                                             \
    "sub r6, r0, r6\n"                                                                             \
    "cmp r6, #16\n"                                                                                \
    "bne 3b\n"

/* A pixel of both output rows, or of the only one, to its place. */
#define WEFT_QUAD_COPY_1                                                                           \
    "ldr r7, [r0], #4\n"                                                                           \
    "ldr r8, [r1], #4\n"                                                                           \
    "str r7, [r3, r5]\n"                                                                           \
    "str r8, [r4, r5]\n"                                                                           \
    "add r5, r5, r6\n"
#define WEFT_QUAD_COPY_2                                                                           \
    "ldr r7, [r0], #4\n"                                                                           \
    "str r7, [r3, r5]\n"                                                                           \
    "add r5, r5, r6\n"

/* Outputs of four channels, two pixels in a turn; then the next four channels, which overlap these
 * at the end. */
#define WEFT_QUAD_NEXT_FOUR(copy)                                                                  \
    "ldr r5, " WEFT_QUAD_CHANNEL                                                                   \
    "ldr r6, " WEFT_QUAD_STEP                                                                      \
    "ldr r9, " WEFT_QUAD_LAST                                                                      \
    "add r12, lr, #68\n"                                                                           \
    "ldm r12, {r0-r4}\n"                                                                           \
    "add r10, r5, #4\n"                                                                            \
    "sub r11, r9, r5\n"                                                                            \
    "cmp r10, r9\n"                                                                                \
    "it gt\n"                                                                                      \
    "movgt r10, r9\n"                                                                              \
    "str r10, " WEFT_QUAD_CHANNEL                                                                  \
    "sub r7, r2, r0\n"                                                                             \
    "tst r7, #4\n"                                                                                 \
    "bne 6f\n"                                                                                     \
    "5:\n" copy                                                                                    \
    "6:\n" copy                                                                                    \
    "cmp r0, r2\n"                                                                                 \
    "bne 5b\n"                                                                                     \
    "cmp r11, #0\n"                                                                                \
    "bne 0b\n"

/* clang-format on */

/* The compiler knows nothing of the parameter's use, so it must not change these functions. */
#if defined(__clang__)
#define WEFT_QUAD_FUNCTION __attribute__((naked, noinline, unused)) static void
#else
#define WEFT_QUAD_FUNCTION __attribute__((naked, noinline, noclone, unused)) static void
#endif
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"

/* One or two output rows at a stride of 1. */
WEFT_QUAD_FUNCTION weft_quad_stride_1(weft_quad_job *q)
{
    __asm__(WEFT_QUAD_ENTER WEFT_QUAD_FOUR WEFT_QUAD_UNPACK_1 WEFT_QUAD_START_CHANNELS);
    __asm__(WEFT_QUAD_START_CHANNEL "pkhbt r12, r12, r4\n" WEFT_QUAD_ROW_1(A));
    __asm__(WEFT_QUAD_SECOND WEFT_QUAD_ROW_1(B));
    __asm__(WEFT_QUAD_NEXT_CHANNEL WEFT_QUAD_NEXT_FOUR(WEFT_QUAD_COPY_1) WEFT_QUAD_LEAVE);
}

/* One output row at a stride of 2. */
WEFT_QUAD_FUNCTION weft_quad_stride_2(weft_quad_job *q)
{
    __asm__(WEFT_QUAD_ENTER WEFT_QUAD_FOUR WEFT_QUAD_UNPACK_2 WEFT_QUAD_START_CHANNELS);
    __asm__(WEFT_QUAD_START_CHANNEL WEFT_QUAD_FILTER_2 WEFT_QUAD_ROW_2);
    __asm__(WEFT_QUAD_NEXT_CHANNEL WEFT_QUAD_NEXT_FOUR(WEFT_QUAD_COPY_2) WEFT_QUAD_LEAVE);
}

#pragma GCC diagnostic pop

#endif
