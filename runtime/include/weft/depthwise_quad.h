/* SPDX-License-Identifier: Apache-2.0
 *
 * The inner part of depthwise_conv_2d_3x3_s8__dsp.c: one or two output rows of four channels, from
 * unpacked columns. Scheduled by hand for the DSP extension, and the same in C.
 *
 * A column is eight words: for each channel the pair of input rows 0 and 1, then for each channel
 * the pair of rows 2 and 3. Output row 0 needs rows 0 to 2, output row 1 needs rows 1 to 3: a
 * multiplication of a pair and one of a single value for each column of the filter.
 *
 * Sums roll along the row: a column completes one output, continues the next and starts the one
 * after that. At a stride of two, every other column completes an output.
 */
#ifndef WEFT_DEPTHWISE_QUAD_H
#define WEFT_DEPTHWISE_QUAD_H

#include "weft/simd.h"

#include <stdint.h>

#define WEFT_QUAD_FILTER 5     /* words of a channel's filter */
#define WEFT_QUAD_COLUMN 8     /* words of a column */
#define WEFT_QUAD_UNROLLED_1 6 /* outputs of a turn of the loop at a stride of 1 */
#define WEFT_QUAD_UNROLLED_2 4 /* and at a stride of 2 */

/* The parameters of both functions below, as the assembly finds them in r0 to r3 and on the stack.
 * `out` takes four bytes for each output pixel of row 0, then those of row 1. The first turn makes
 * `first_turn` + 1 outputs, the other turns all; `control` is turns * 256 + shift. The rewinds are
 * in bytes: columns of a row, or 0 if there is no row 1; columns of a row less a word; outputs of a
 * channel less a byte. */
#define WEFT_QUAD_PARAMETERS                                                                       \
    const uint32_t *columns, int8_t *out, const int32_t *filters, const int32_t *filters_end,      \
        uint32_t first_turn, uint32_t control, uint32_t rewind_row, uint32_t rewind_columns,       \
        uint32_t rewind_out

/* The filter's columns as pairs of rows, from a channel's words. */
static inline void weft_quad_pairs(const int32_t *filter, int second, uint32_t *pairs)
{
    const uint32_t mask = 0xff00ff00U, a = (uint32_t)filter[3], b = (uint32_t)filter[4];
    const uint32_t rows01[3] = {a << 8 & mask, a & mask, b << 8 & mask};
    const uint32_t row2[3] = {(b & mask) << 16, b & mask, (uint32_t)filter[2]};
    for (int i = 0; i < 3; i++) {
        uint32_t rows12 = weft_pkhtb_asr16(rows01[i], row2[i]);
        pairs[2 * i] = second ? rows12 : rows01[i];
        pairs[2 * i + 1] = second ? rows01[i] << 16 : row2[i];
    }
}

/* 256 times the sum of products of an output. */
static inline int32_t weft_quad_sum(const uint32_t *column, const uint32_t *pairs, int second,
                                    int32_t sum)
{
    for (int i = 0; i < 3; i++, column += WEFT_QUAD_COLUMN, pairs += 2) {
        sum = weft_smlad(column[second ? 4 : 0], pairs[0], sum);
        sum =
            second ? weft_smlatt(column[0], pairs[1], sum) : weft_smlabt(column[4], pairs[1], sum);
    }
    return sum;
}

#if WEFT_DSP_ASM

/* Registers: r0 columns, r1 out, r2 multiplier, r3 what a sum starts with, r4, r5, lr sums, r6 rows
 * 0 and 1, r7 rows 2 and 3, r8 to r10 the filter's columns as pairs of rows, r11 the third row of
 * filter columns 0 and 1, r12 that of column 2 (high half), the turns that are left (second byte)
 * and the shift (first byte). */
#define WEFT_QUAD_LOAD "ldr r6, [r0], #32\n ldr r7, [r0, #-16]\n"

/* Products with filter column 0, 1 or 2: A for output row 0, B for output row 1. */
#define WEFT_QUAD_A0(sum) "smlad " sum ", r6, r8, r3\n smlabb " sum ", r7, r11, " sum "\n"
#define WEFT_QUAD_A1(sum) "smlad " sum ", r6, r9, " sum "\n smlabt " sum ", r7, r11, " sum "\n"
#define WEFT_QUAD_A2(sum) "smlad " sum ", r6, r10, " sum "\n smlabt " sum ", r7, r12, " sum "\n"
#define WEFT_QUAD_B0(sum) "smlad " sum ", r7, r8, r3\n smlatb " sum ", r6, r11, " sum "\n"
#define WEFT_QUAD_B1(sum) "smlad " sum ", r7, r9, " sum "\n smlatt " sum ", r6, r11, " sum "\n"
#define WEFT_QUAD_B2(sum) "smlad " sum ", r7, r10, " sum "\n smlatt " sum ", r6, r12, " sum "\n"

#define WEFT_QUAD_OUTPUT(sum)                                                                      \
    "smmul " sum ", " sum ", r2\n asr " sum ", " sum ", r12\n ssat " sum ", #8, " sum              \
    "\n strb " sum ", [r1], #4\n"
#define WEFT_QUAD_TURN "sub r12, r12, #256\n tst r12, #0xff00\n bne 20b\n"

/* clang-format off */
/* A row at a stride of 1: the two columns before the first output, and then one for each. The
 * three sums change places, so six outputs make a turn, entered where the count asks for. */
#define WEFT_QUAD_START(row, a, b)                                                                 \
    WEFT_QUAD_LOAD WEFT_QUAD_##row##0(a)                                                           \
    WEFT_QUAD_LOAD WEFT_QUAD_##row##1(a) WEFT_QUAD_##row##0(b)
#define WEFT_QUAD_NEXT(row, a, b, c)                                                               \
    WEFT_QUAD_LOAD WEFT_QUAD_##row##2(a) WEFT_QUAD_##row##1(b) WEFT_QUAD_##row##0(c)               \
    WEFT_QUAD_OUTPUT(a)
#define WEFT_QUAD_ROW(row)                                                                         \
    "cmp r6, #3\n tbb [pc, r6]\n"                                                                  \
    "10: .byte (12f - 10b) / 2, (11f - 10b) / 2, (13f - 10b) / 2\n"                                \
    ".byte (12f - 10b) / 2, (11f - 10b) / 2, (13f - 10b) / 2\n"                                    \
    "11:\n" WEFT_QUAD_START(row, "r5", "lr") "bge 21f\n b 24f\n"                                   \
    "12:\n" WEFT_QUAD_START(row, "lr", "r4") "bge 22f\n b 25f\n"                                   \
    "13:\n" WEFT_QUAD_START(row, "r4", "r5") "blt 23f\n"                                           \
    "20:\n" WEFT_QUAD_NEXT(row, "r4", "r5", "lr")                                                  \
    "21:\n" WEFT_QUAD_NEXT(row, "r5", "lr", "r4")                                                  \
    "22:\n" WEFT_QUAD_NEXT(row, "lr", "r4", "r5")                                                  \
    "23:\n" WEFT_QUAD_NEXT(row, "r4", "r5", "lr")                                                  \
    "24:\n" WEFT_QUAD_NEXT(row, "r5", "lr", "r4")                                                  \
    "25:\n" WEFT_QUAD_NEXT(row, "lr", "r4", "r5")                                                  \
    WEFT_QUAD_TURN

/* Row 0 at a stride of 2: the same with two columns for each output. */
#define WEFT_QUAD_START_2(a)                                                                       \
    WEFT_QUAD_LOAD WEFT_QUAD_A0(a)                                                                 \
    WEFT_QUAD_LOAD WEFT_QUAD_A1(a)
#define WEFT_QUAD_NEXT_2(a, b)                                                                     \
    WEFT_QUAD_LOAD WEFT_QUAD_A2(a) WEFT_QUAD_A0(b)                                                 \
    WEFT_QUAD_LOAD WEFT_QUAD_A1(b)                                                                 \
    WEFT_QUAD_OUTPUT(a)
#define WEFT_QUAD_ROW_2                                                                            \
    "lsrs r6, r6, #1\n bcs 11f\n"                                                                  \
    "cmp r6, #1\n" WEFT_QUAD_START_2("r5") "beq 21f\n b 23f\n"                                     \
    "11:\n"                                                                                        \
    "cmp r6, #1\n" WEFT_QUAD_START_2("r4") "bne 22f\n"                                             \
    "20:\n" WEFT_QUAD_NEXT_2("r4", "r5")                                                           \
    "21:\n" WEFT_QUAD_NEXT_2("r5", "r4")                                                           \
    "22:\n" WEFT_QUAD_NEXT_2("r4", "r5")                                                           \
    "23:\n" WEFT_QUAD_NEXT_2("r5", "r4")                                                           \
    WEFT_QUAD_TURN
/* clang-format on */

/* A channel's filter; r6 is first_turn afterwards. The stack: filters, filters_end, registers
 * (36 bytes), then the parameters from first_turn on. */
#define WEFT_QUAD_CHANNEL                                                                          \
    "1:\n"                                                                                         \
    "ldr r7, [sp]\n"                                                                               \
    "ldr r12, [sp, #48]\n"                                                                         \
    "ldr r6, [sp, #44]\n"                                                                          \
    "ldm r7!, {r2, r3, r4, r9, r11}\n"                                                             \
    "str r7, [sp]\n"                                                                               \
    "mov lr, #0xff00ff00\n"                                                                        \
    "pkhbt r12, r12, r4\n"                                                                         \
    "and r8, lr, r9, lsl #8\n"                                                                     \
    "and r9, lr, r9\n"                                                                             \
    "and r10, lr, r11, lsl #8\n"                                                                   \
    "and r11, lr, r11\n"

/* From output row 0 to output row 1, if there is one: the filter is one row further down. */
#define WEFT_QUAD_SECOND                                                                           \
    "ldr r4, [sp, #52]\n"                                                                          \
    "ldr r5, [sp, #48]\n"                                                                          \
    "ldr r6, [sp, #44]\n"                                                                          \
    "cmp r4, #0\n"                                                                                 \
    "beq 2f\n"                                                                                     \
    "sub r0, r0, r4\n"                                                                             \
    "lsl r7, r11, #16\n"                                                                           \
    "pkhbt r4, r8, r9, lsl #16\n"                                                                  \
    "pkhbt r5, r5, r10, lsl #16\n"                                                                 \
    "pkhtb r8, r7, r8, asr #16\n"                                                                  \
    "pkhtb r9, r11, r9, asr #16\n"                                                                 \
    "pkhtb r10, r12, r10, asr #16\n"                                                               \
    "mov r11, r4\n"                                                                                \
    "mov r12, r5\n"

#define WEFT_QUAD_UNTIL_END                                                                        \
    "2:\n"                                                                                         \
    "ldr r4, [sp, #56]\n"                                                                          \
    "ldr r5, [sp, #60]\n"                                                                          \
    "ldr r6, [sp]\n"                                                                               \
    "ldr r7, [sp, #4]\n"                                                                           \
    "sub r0, r0, r4\n"                                                                             \
    "sub r1, r1, r5\n"                                                                             \
    "cmp r6, r7\n"                                                                                 \
    "bne 1b\n"

#define WEFT_QUAD_ENTER "push {r2-r11, lr}\n"
#define WEFT_QUAD_LEAVE "pop {r2-r11, pc}\n"

/* The compiler knows nothing of their parameters' use, so it must not change these functions. */
#if defined(__clang__)
#define WEFT_QUAD_FUNCTION __attribute__((naked, noinline, unused)) static void
#else
#define WEFT_QUAD_FUNCTION __attribute__((naked, noinline, noclone, unused)) static void
#endif
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"

/* One or two output rows at a stride of 1. */
WEFT_QUAD_FUNCTION weft_quad_stride_1(WEFT_QUAD_PARAMETERS)
{
    __asm__(WEFT_QUAD_ENTER WEFT_QUAD_CHANNEL WEFT_QUAD_ROW(A));
    __asm__(WEFT_QUAD_SECOND WEFT_QUAD_ROW(B) WEFT_QUAD_UNTIL_END WEFT_QUAD_LEAVE);
}

/* One output row at a stride of 2. */
WEFT_QUAD_FUNCTION weft_quad_stride_2(WEFT_QUAD_PARAMETERS)
{
    __asm__(WEFT_QUAD_ENTER WEFT_QUAD_CHANNEL WEFT_QUAD_ROW_2 WEFT_QUAD_UNTIL_END WEFT_QUAD_LEAVE);
}

#pragma GCC diagnostic pop

#else

static inline int8_t *weft_quad_row(const uint32_t *column, int8_t *out, const int32_t *filter,
                                    uint32_t stride, uint32_t outputs, uint32_t shift, int second)
{
    uint32_t pairs[6];
    weft_quad_pairs(filter, second, pairs);
    for (; outputs > 0; outputs--, column += stride * WEFT_QUAD_COLUMN, out += 4) {
        const int32_t sum = weft_quad_sum(column, pairs, second, filter[1]);
        *out = (int8_t)weft_ssat8(weft_smmul(sum, filter[0]) >> shift);
    }
    return out;
}

static inline void weft_quad(WEFT_QUAD_PARAMETERS, uint32_t stride, uint32_t unrolled)
{
    const uint32_t outputs = unrolled * ((control >> 8) - 1) + first_turn + 1;
    const uint32_t shift = control & 0xff;
    for (; filters != filters_end; filters += WEFT_QUAD_FILTER, columns++, out++) {
        int8_t *row_1 = weft_quad_row(columns, out, filters, stride, outputs, shift, 0);
        if (rewind_row) {
            weft_quad_row(columns, row_1, filters, stride, outputs, shift, 1);
        }
    }
    (void)rewind_columns;
    (void)rewind_out;
}

static inline void weft_quad_stride_1(WEFT_QUAD_PARAMETERS)
{
    weft_quad(columns, out, filters, filters_end, first_turn, control, rewind_row, rewind_columns,
              rewind_out, 1, WEFT_QUAD_UNROLLED_1);
}

static inline void weft_quad_stride_2(WEFT_QUAD_PARAMETERS)
{
    weft_quad(columns, out, filters, filters_end, first_turn, control, rewind_row, rewind_columns,
              rewind_out, 2, WEFT_QUAD_UNROLLED_2);
}

#endif

#endif
