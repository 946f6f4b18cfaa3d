/* SPDX-License-Identifier: Apache-2.0
 *
 * weft/depthwise_quad.h in Thumb-2 with the DSP extension; it includes this file. Written in
 * assembly because every register but the stack pointer holds something in the loops.
 *
 * The functions hold nothing but assembly, and their parameter is on the stack: the job.
 */
#ifndef WEFT_DEPTHWISE_QUAD_ASM_H
#define WEFT_DEPTHWISE_QUAD_ASM_H

#include "weft/depthwise_copy_asm.h"
#include "weft/depthwise_roll_asm.h"

/* clang-format off */

/* On the stack are copies of the fields up to `filters`, then the job's address; in front of that
 * a channel's offsets for sums from 0 on and below, if there are two. */
#if WEFT_QUAD_TWO_SIDED
#define WEFT_QUAD_OFFSETS "8"
#define WEFT_QUAD_PUSHED "r2-r10"
#else
#define WEFT_QUAD_OFFSETS "0"
#define WEFT_QUAD_PUSHED "r4-r10"
#endif
#define WEFT_QUAD_ENTER                                                                            \
    "push {r0, r4-r11, lr}\n"                                                                      \
    "ldm r0, {r4-r10}\n"                                                                           \
    "push {" WEFT_QUAD_PUSHED "}\n"
#define WEFT_QUAD_LEAVE "9: add sp, sp, #32 + " WEFT_QUAD_OFFSETS "\n pop {r4-r11, pc}\n"
#define WEFT_QUAD_COPIED(at) "[sp, #" #at " + " WEFT_QUAD_OFFSETS "]\n"
#define WEFT_QUAD_LOOP_END WEFT_QUAD_COPIED(0)
#define WEFT_QUAD_TURNS WEFT_QUAD_COPIED(4)
#define WEFT_QUAD_ENTRY WEFT_QUAD_COPIED(8)
#define WEFT_QUAD_REWIND_ROW WEFT_QUAD_COPIED(12)
#define WEFT_QUAD_REWIND WEFT_QUAD_COPIED(16)
#define WEFT_QUAD_REWIND_OUT WEFT_QUAD_COPIED(20)
#define WEFT_QUAD_FILTERS WEFT_QUAD_COPIED(24)
#define WEFT_QUAD_JOB WEFT_QUAD_COPIED(28)

/* Where other fields are in the job, whose address is in r0. */
#define WEFT_QUAD_IN "#28\n"
#define WEFT_QUAD_CHANNEL "[r0, #44]\n"
#define WEFT_QUAD_STEP "[r0, #48]\n"
#define WEFT_QUAD_IN_4 "[lr, #60]\n"
#define WEFT_QUAD_COLUMNS "[r0, #64]\n"
#define WEFT_QUAD_DONE "[r0, #68]\n"
#define WEFT_QUAD_DONE_1 "[r0, #72]\n"
#define WEFT_QUAD_OUT_0 "[r0, #76]\n"
#define WEFT_QUAD_OUT_1 "[r0, #80]\n"
#define WEFT_QUAD_LAST "[r0, #84]\n"
#define WEFT_QUAD_END "[r0, #88]\n"
#define WEFT_QUAD_LIMITS "[r0, #92]\n"

/* The next four channels. To unpack: r0 to r3 rows, r4 place in them, r5 step, r6 and r7 where to
 * unpack to, and until where. */
#define WEFT_QUAD_FOUR "0:\n ldr r7, " WEFT_QUAD_JOB "adds r7, " WEFT_QUAD_IN "ldm r7, {r0-r7}\n"
/* Four channels of the words a and b as pairs, to r6 + at; all are lost, and r12. The last ones in a
 * turn move r6 on. */
#define WEFT_QUAD_UNPACK_TO(a, b, at, first)                                                       \
    "pkhbt r12, " a ", " b ", lsl #16\n"                                                           \
    "pkhtb " b ", " b ", " a ", asr #16\n"                                                         \
    "sxtb16 " a ", r12, ror #8\n"                                                                  \
    "sxtb16 r12, r12\n"                                                                            \
    "str " a ", [r6, #" #at " + 4]\n"                                                              \
    "sxtb16 " a ", " b "\n"                                                                        \
    "sxtb16 " b ", " b ", ror #8\n"                                                                \
    "str " a ", [r6, #" #at " + 8]\n"                                                              \
    "str " b ", [r6, #" #at " + 12]\n"                                                             \
    "str r12, [r6" first "\n"
#define WEFT_QUAD_UNPACK(a, b, at) WEFT_QUAD_UNPACK_TO(a, b, at, ", #" #at "]")
#define WEFT_QUAD_UNPACK_LAST(a, b, bytes) WEFT_QUAD_UNPACK_TO(a, b, 0, "], #" #bytes)

/* All columns, two in a turn of the loop. At a stride of 1 the last one may be alone; at a stride of
 * 2 there is no first column in the first turn, and lr is row 4. */
#define WEFT_QUAD_UNPACK_1                                                                         \
    "1:\n"                                                                                         \
    "ldr r8, [r1, r4]\n"                                                                           \
    "ldr r9, [r2, r4]\n"                                                                           \
    "ldr r10, [r0, r4]\n"                                                                          \
    "ldr r11, [r3, r4]\n"                                                                          \
    "add r4, r4, r5\n"                                                                             \
    WEFT_QUAD_UNPACK("r8", "r9", 16)                                                               \
    "ldr r8, [r0, r4]\n"                                                                           \
    "ldr r9, [r3, r4]\n"                                                                           \
    WEFT_QUAD_UNPACK("r10", "r8", 32)                                                              \
    WEFT_QUAD_UNPACK("r11", "r9", 48)                                                              \
    "ldr r8, [r1, r4]\n"                                                                           \
    "ldr r9, [r2, r4]\n"                                                                           \
    "add r4, r4, r5\n"                                                                             \
    WEFT_QUAD_UNPACK_LAST("r8", "r9", 64)                                                          \
    "cmp r6, r7\n"                                                                                 \
    "blo 1b\n"                                                                                     \
    "beq 2f\n"                                                                                     \
    "movs r5, #0\n"                                                                                \
    "add r7, r7, #65\n"                                                                            \
    "b 1b\n"                                                                                       \
    "2:\n"
#define WEFT_QUAD_UNPACK_2                                                                         \
    "ldr lr, " WEFT_QUAD_JOB                                                                       \
    "ldr lr, " WEFT_QUAD_IN_4                                                                      \
    "b 2f\n"                                                                                       \
    "1:\n"                                                                                         \
    "ldr r8, [r0, r4]\n"                                                                           \
    "ldr r9, [r1, r4]\n"                                                                           \
    "ldr r10, [r2, r4]\n"                                                                          \
    WEFT_QUAD_UNPACK("r8", "r9", 16)                                                               \
    "cbz r3, 5f\n"                                                                                 \
    "ldr r8, [r3, r4]\n"                                                                           \
    "ldr r9, [lr, r4]\n"                                                                           \
    WEFT_QUAD_UNPACK("r8", "r9", 64)                                                               \
    "5:\n"                                                                                         \
    "add r4, r4, r5\n"                                                                             \
    "2:\n"                                                                                         \
    "ldr r8, [r0, r4]\n"                                                                           \
    "ldr r9, [r1, r4]\n"                                                                           \
    "ldr r11, [r2, r4]\n"                                                                          \
    WEFT_QUAD_UNPACK("r10", "r11", 32)                                                             \
    WEFT_QUAD_UNPACK_LAST("r8", "r9", 80)                                                          \
    "cbz r3, 6f\n"                                                                                 \
    "ldr r8, [r3, r4]\n"                                                                           \
    "ldr r9, [lr, r4]\n"                                                                           \
    WEFT_QUAD_UNPACK("r8", "r9", -32)                                                              \
    "6:\n"                                                                                         \
    "add r4, r4, r5\n"                                                                             \
    "cmp r6, r7\n"                                                                                 \
    "bne 1b\n"

/* A channel. r0 columns, r1 outputs, r2 multiplier, r3 what a sum starts with, r8 to r12 the
 * filter: of its first two words one pair in the odd bytes and one in the even ones, the third word
 * as it is. Flags as `entry` says. */
#define WEFT_QUAD_START_CHANNELS                                                                   \
    "ldr r0, " WEFT_QUAD_JOB                                                                       \
    "ldr r1, " WEFT_QUAD_DONE                                                                      \
    "ldr r0, " WEFT_QUAD_COLUMNS
#if WEFT_QUAD_TWO_SIDED
#define WEFT_QUAD_LOAD_FILTER "ldm r6!, {r2-r5, r9, r11, r12}\n strd r4, r5, [sp]\n"
#define WEFT_QUAD_BACK "rsb r10, r10, r10, lsl #3\n sub r9, r9, r10, lsl #2\n"
#else
#define WEFT_QUAD_LOAD_FILTER "ldm r6!, {r2, r3, r9, r11, r12}\n"
#define WEFT_QUAD_BACK "add r10, r10, r10, lsl #2\n sub r9, r9, r10, lsl #2\n"
#endif
#define WEFT_QUAD_START_CHANNEL                                                                    \
    "3:\n"                                                                                         \
    "ldr r6, " WEFT_QUAD_FILTERS                                                                   \
    "ldr r7, " WEFT_QUAD_ENTRY WEFT_QUAD_LOAD_FILTER                                               \
    "mov lr, #0xff00ff00\n"                                                                        \
    "str r6, " WEFT_QUAD_FILTERS                                                                   \
    "msr apsr_nzcvq, r7\n"                                                                         \
    "and r8, lr, r9\n"                                                                             \
    "and r9, lr, r9, lsl #8\n"                                                                     \
    "and r10, lr, r11\n"                                                                           \
    "and r11, lr, r11, lsl #8\n"

/* Back to the first column, for the next of four channels. */
#define WEFT_QUAD_NEXT_CHANNEL                                                                     \
    "4:\n"                                                                                         \
    "ldr r6, " WEFT_QUAD_REWIND                                                                    \
    "ldr r7, " WEFT_QUAD_REWIND_OUT                                                                \
    "sub r0, r0, r6\n"                                                                             \
    "sub r1, r1, r7\n"                                                                             \
    "tst r1, #3\n"                                                                                 \
    "bne 3b\n"

/* Outputs to their places; then the next four channels, which overlap these at the end: by r10,
 * once. */
#define WEFT_QUAD_NEXT_FOUR                                                                        \
    "ldr r0, " WEFT_QUAD_JOB                                                                       \
    "ldr r2, " WEFT_QUAD_DONE_1                                                                    \
    "ldr r3, " WEFT_QUAD_OUT_0                                                                     \
    "ldr r4, " WEFT_QUAD_OUT_1                                                                     \
    "ldr r5, " WEFT_QUAD_CHANNEL                                                                   \
    "ldr r6, " WEFT_QUAD_STEP                                                                      \
    "ldr r7, " WEFT_QUAD_END                                                                       \
    "ldr r10, " WEFT_QUAD_LAST                                                                     \
    "subs r1, r1, #4\n"                                                                            \
    "add r11, r5, #4\n"                                                                            \
    "sub r10, r10, r5\n"                                                                           \
    "sub r8, r7, r1\n"                                                                             \
    "lsls r8, r8, #30\n" WEFT_QUAD_COPY_ALL                                                        \
    "cmp r10, #4\n"                                                                                \
    "blt 8f\n"                                                                                     \
    "7:\n"                                                                                         \
    "str r11, " WEFT_QUAD_CHANNEL                                                                  \
    "b 0b\n"                                                                                       \
    "8:\n"                                                                                         \
    "cmp r10, #0\n"                                                                                \
    "beq 9f\n"                                                                                     \
    "rsb r10, r10, #4\n"                                                                           \
    "ldr r9, " WEFT_QUAD_FILTERS                                                                   \
    "sub r11, r11, r10\n" WEFT_QUAD_BACK                                                           \
    "str r9, " WEFT_QUAD_FILTERS                                                                   \
    "b 7b\n"

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
    __asm__(WEFT_QUAD_START_CHANNEL WEFT_QUAD_ROW_1(2, 32, "r4", "r5", "r8", "r9"));
    __asm__(WEFT_QUAD_SECOND_1 WEFT_QUAD_ROW_1(3, 48, "r8", "r9", "r4", "r5"));
    __asm__(WEFT_QUAD_NEXT_CHANNEL WEFT_QUAD_NEXT_FOUR WEFT_QUAD_LEAVE);
    __asm__(WEFT_QUAD_WIDE_1(2, 32, "r4", "r5", "r8", "r9"));
    __asm__(WEFT_QUAD_WIDE_1(3, 48, "r8", "r9", "r4", "r5"));
}

/* The same at a stride of 2. */
WEFT_QUAD_FUNCTION weft_quad_stride_2(weft_quad_job *q)
{
    __asm__(WEFT_QUAD_ENTER WEFT_QUAD_FOUR WEFT_QUAD_UNPACK_2 WEFT_QUAD_START_CHANNELS);
    __asm__(WEFT_QUAD_START_CHANNEL WEFT_QUAD_ROW_2(2, 32, "r8", "smlatt", "r12"));
    __asm__(WEFT_QUAD_SECOND_2 WEFT_QUAD_ROW_2(3, -16, "r12", "smlatb", "r8"));
    __asm__(WEFT_QUAD_NEXT_CHANNEL WEFT_QUAD_NEXT_FOUR WEFT_QUAD_LEAVE);
}

#pragma GCC diagnostic pop

#endif
