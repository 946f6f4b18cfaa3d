/* SPDX-License-Identifier: Apache-2.0
 *
 * The inner part of depthwise_conv_2d_3x3_s8__dsp.c: one or two output rows of four channels, from
 * unpacked columns. Hand-scheduled for the DSP extension, and the same in C.
 *
 * A column is eight words: for each channel the pair of input rows 0 and 1, then for each channel
 * the pair of rows 2 and 3. Output row 0 needs rows 0 to 2, output row 1 needs rows 1 to 3: one
 * multiplication of a pair and one of a single value for each column of the filter.
 *
 * Three sums roll along the row: each column completes one output, continues the next and starts
 * the one after it. At a stride of two, every other column completes an output.
 */
#ifndef WEFT_DEPTHWISE_QUAD_H
#define WEFT_DEPTHWISE_QUAD_H

#include "weft/simd.h"

#include <stdint.h>

#define WEFT_QUAD_FILTER 5 /* words of a channel's filter */
#define WEFT_QUAD_COLUMN 8 /* words of a column */

/* The assembly relies on the order of the fields; it changes the first three. */
typedef struct {
    const uint32_t *columns;
    int8_t *out; /* four bytes for each output pixel of row 0, then those of row 1 */
    const int32_t *filters;
    const int32_t *filters_end;
    uint32_t two_rows;  /* whether there is an output row 1 */
    uint32_t first_turn; /* its outputs, less 1: the other turns of the loop make 6, at stride 2 4 */
    uint32_t control;   /* turns * 256 + shift */
} weft_quad;

#if WEFT_DSP_ASM

#define WEFT_QUAD_LOAD "ldr r6, [r0], #32\n ldr r7, [r0, #-16]\n"

/* Registers: r0 columns, r1 out, r2 multiplier, r3 what a sum starts with, r6 rows 0 and 1, r7 rows
 * 2 and 3, r8 to r10 the filter's columns as pairs of rows, r11 the third row of filter columns 0
 * and 1; r12 that of column 2 (high half), the turns that are left (second byte) and the shift
 * (first byte). TAP0 to TAP2: products with a column of the filter, E for row 0, O for row 1. */
#define WEFT_QUAD_E0(sum) "smlad " sum ", r6, r8, r3\n smlabb " sum ", r7, r11, " sum "\n"
#define WEFT_QUAD_E1(sum) "smlad " sum ", r6, r9, " sum "\n smlabt " sum ", r7, r11, " sum "\n"
#define WEFT_QUAD_E2(sum) "smlad " sum ", r6, r10, " sum "\n smlabt " sum ", r7, r12, " sum "\n"
#define WEFT_QUAD_O0(sum) "smlad " sum ", r7, r8, r3\n smlatb " sum ", r6, r11, " sum "\n"
#define WEFT_QUAD_O1(sum) "smlad " sum ", r7, r9, " sum "\n smlatt " sum ", r6, r11, " sum "\n"
#define WEFT_QUAD_O2(sum) "smlad " sum ", r7, r10, " sum "\n smlatt " sum ", r6, r12, " sum "\n"

#define WEFT_QUAD_OUTPUT(sum)                                                                      \
    "smmul " sum ", " sum ", r2\n asr " sum ", " sum ", r12\n ssat " sum ", #8, " sum "\n strb " sum \
    ", [r1], #4\n"

/* A column of a row at a stride of 1, and the two columns before the first output. */
#define WEFT_QUAD_NEXT(row, a, b, c)                                                               \
    WEFT_QUAD_LOAD WEFT_QUAD_##row##2(a) WEFT_QUAD_##row##1(b) WEFT_QUAD_##row##0(c)               \
        WEFT_QUAD_OUTPUT(a)
#define WEFT_QUAD_FIRST(row, a, b)                                                                 \
    WEFT_QUAD_LOAD WEFT_QUAD_##row##0(a) WEFT_QUAD_LOAD WEFT_QUAD_##row##1(a) WEFT_QUAD_##row##0(b)

/* Output row 0 or 1 at a stride of 1: six outputs a turn, the first turn starts in the middle. */
#define WEFT_QUAD_ROW(row)                                                                         \
    "cmp r4, #3\n"                                                                                 \
    "tbb [pc, r4]\n"                                                                               \
    "10: .byte (12f - 10b) / 2, (11f - 10b) / 2, (13f - 10b) / 2\n"                                \
    ".byte (12f - 10b) / 2, (11f - 10b) / 2, (13f - 10b) / 2\n"                                    \
    "11:\n" WEFT_QUAD_FIRST(row, "r5", "lr") "bge 21f\n b 24f\n"                                   \
    "12:\n" WEFT_QUAD_FIRST(row, "lr", "r4") "bge 22f\n b 25f\n"                                   \
    "13:\n" WEFT_QUAD_FIRST(row, "r4", "r5") "blt 23f\n"                                           \
    "20:\n" WEFT_QUAD_NEXT(row, "r4", "r5", "lr")                                                  \
    "21:\n" WEFT_QUAD_NEXT(row, "r5", "lr", "r4")                                                  \
    "22:\n" WEFT_QUAD_NEXT(row, "lr", "r4", "r5")                                                  \
    "23:\n" WEFT_QUAD_NEXT(row, "r4", "r5", "lr")                                                  \
    "24:\n" WEFT_QUAD_NEXT(row, "r5", "lr", "r4")                                                  \
    "25:\n" WEFT_QUAD_NEXT(row, "lr", "r4", "r5")                                                  \
    "sub r12, r12, #256\n tst r12, #0xff00\n bne 20b\n"

/* The same for row 0 at a stride of 2: four outputs a turn. */
#define WEFT_QUAD_NEXT_2(a, b)                                                                     \
    WEFT_QUAD_LOAD WEFT_QUAD_E2(a) WEFT_QUAD_E0(b) WEFT_QUAD_LOAD WEFT_QUAD_E1(b) WEFT_QUAD_OUTPUT(a)
#define WEFT_QUAD_FIRST_2(a) WEFT_QUAD_LOAD WEFT_QUAD_E0(a) WEFT_QUAD_LOAD WEFT_QUAD_E1(a)
#define WEFT_QUAD_ROW_2                                                                            \
    "lsls lr, r4, #31\n"                                                                           \
    "bne 11f\n"                                                                                    \
    "cmp r4, #2\n" WEFT_QUAD_FIRST_2("r5") "bge 21f\n b 23f\n"                                     \
    "11:\n"                                                                                        \
    "cmp r4, #2\n" WEFT_QUAD_FIRST_2("r4") "blt 22f\n"                                             \
    "20:\n" WEFT_QUAD_NEXT_2("r4", "r5")                                                           \
    "21:\n" WEFT_QUAD_NEXT_2("r5", "r4")                                                           \
    "22:\n" WEFT_QUAD_NEXT_2("r4", "r5")                                                           \
    "23:\n" WEFT_QUAD_NEXT_2("r5", "r4")                                                           \
    "sub r12, r12, #256\n tst r12, #0xff00\n bne 20b\n"

/* A channel's registers for output row 0, and the step to the next channel. */
#define WEFT_QUAD_CHANNEL                                                                          \
    "ldr r6, [sp]\n"                                                                               \
    "ldm r6, {r4, r5, r7}\n"                                                                       \
    "ldr r12, [r6, #24]\n"                                                                         \
    "ldm r7!, {r2, r3, r8, r9, r10}\n"                                                             \
    "mov r0, r4\n"                                                                                 \
    "mov r1, r5\n"                                                                                 \
    "adds r4, r4, #4\n"                                                                            \
    "adds r5, r5, #1\n"                                                                            \
    "stm r6, {r4, r5, r7}\n"                                                                       \
    "mov lr, #0xff00ff00\n"                                                                        \
    "and r4, lr, r8, lsl #8\n"                                                                     \
    "and r5, lr, r9, lsl #8\n"                                                                     \
    "pkhtb r11, r5, r4, asr #16\n"                                                                 \
    "and r4, lr, r10, lsl #8\n"                                                                    \
    "pkhbt r12, r12, r4\n"                                                                         \
    "and r8, lr, r8\n"                                                                             \
    "and r9, lr, r9\n"                                                                             \
    "and r10, lr, r10\n"                                                                           \
    "ldr r4, [r6, #20]\n"

/* From output row 0 to output row 1; r6 is the job. */
#define WEFT_QUAD_SECOND                                                                           \
    "ldr r0, [r6]\n"                                                                               \
    "ldr r7, [r6, #8]\n"                                                                           \
    "ldr r12, [r6, #24]\n"                                                                         \
    "subs r0, r0, #4\n"                                                                            \
    "ldmdb r7, {r8, r9, r10}\n"                                                                    \
    "mov lr, #0xff00ff00\n"                                                                        \
    "and r4, lr, r8\n"                                                                             \
    "and r5, lr, r9\n"                                                                             \
    "pkhbt r11, r4, r5, lsl #16\n"                                                                 \
    "and r4, lr, r10\n"                                                                            \
    "pkhbt r12, r12, r4, lsl #16\n"                                                                \
    "and r8, lr, r8, lsl #8\n"                                                                     \
    "and r9, lr, r9, lsl #8\n"                                                                     \
    "and r10, lr, r10, lsl #8\n"                                                                   \
    "ldr r4, [r6, #20]\n"

#define WEFT_QUAD_ENTER "push {r0, r4-r11, lr}\n"
#define WEFT_QUAD_LEAVE "pop {r0, r4-r11, pc}\n"
#define WEFT_QUAD_UNTIL_END                                                                        \
    "ldr r7, [r6, #8]\n"                                                                           \
    "ldr r4, [r6, #12]\n"                                                                          \
    "cmp r7, r4\n"                                                                                 \
    "bne 1b\n"

#define WEFT_QUAD_FUNCTION __attribute__((naked, noinline, unused)) static void

/* Rows 0 and 1 at a stride of 1, and row 0 at a stride of 2. */
WEFT_QUAD_FUNCTION weft_quad_stride_1(weft_quad *job __attribute__((unused)))
{
    __asm__(WEFT_QUAD_ENTER "1:\n" WEFT_QUAD_CHANNEL WEFT_QUAD_ROW(E) "ldr r6, [sp]\n"
                            "ldr r4, [r6, #16]\n"
                            "cmp r4, #0\n"
                            "beq 2f\n");
    __asm__(WEFT_QUAD_SECOND WEFT_QUAD_ROW(O) "ldr r6, [sp]\n"
                                              "2:\n" WEFT_QUAD_UNTIL_END WEFT_QUAD_LEAVE);
}

WEFT_QUAD_FUNCTION weft_quad_stride_2(weft_quad *job __attribute__((unused)))
{
    __asm__(WEFT_QUAD_ENTER "1:\n" WEFT_QUAD_CHANNEL WEFT_QUAD_ROW_2
                            "ldr r6, [sp]\n" WEFT_QUAD_UNTIL_END WEFT_QUAD_LEAVE);
}

#else

/* The products of one column with a column of the filter: rows 0 to 2, or 1 to 3. */
static inline int32_t weft_quad_products(const uint32_t *column, uint32_t filter, int second)
{
    const uint32_t above = filter & 0xff00ff00U, below = filter << 8 & 0xff00ff00U;
    return second ? weft_smlatb(column[0], above, weft_smuad(column[4], below))
                  : weft_smlabt(column[4], below, weft_smuad(column[0], above));
}

static inline int8_t *weft_quad_row(const weft_quad *job, int8_t *out, uint32_t stride,
                                    uint32_t outputs, int second)
{
    const int32_t *const filter = job->filters;
    const uint32_t *column = job->columns;
    for (; outputs > 0; outputs--, column += stride * WEFT_QUAD_COLUMN, out += 4) {
        uint32_t sum = (uint32_t)filter[1];
        for (uint32_t i = 0; i < 3; i++) {
            sum += (uint32_t)weft_quad_products(column + i * WEFT_QUAD_COLUMN,
                                                (uint32_t)filter[2 + i], second);
        }
        int32_t scaled = weft_smmul((int32_t)sum, filter[0]);
        *out = (int8_t)weft_ssat8(scaled >> (job->control & 0xff));
    }
    return out;
}

static inline void weft_quad_channels(weft_quad *job, uint32_t stride, uint32_t unrolled)
{
    const uint32_t turns = job->control >> 8, outputs = unrolled * (turns - 1) + job->first_turn + 1;
    for (; job->filters != job->filters_end; job->filters += WEFT_QUAD_FILTER) {
        int8_t *row_1 = weft_quad_row(job, job->out, stride, outputs, 0);
        if (job->two_rows) {
            weft_quad_row(job, row_1, stride, outputs, 1);
        }
        job->columns++;
        job->out++;
    }
}

static inline void weft_quad_stride_1(weft_quad *job)
{
    weft_quad_channels(job, 1, 6);
}

static inline void weft_quad_stride_2(weft_quad *job)
{
    weft_quad_channels(job, 2, 4);
}

#endif

#endif
