/* SPDX-License-Identifier: Apache-2.0
 *
 * From windows of a convolution's input to the pairs that weft/pair_gemm.h takes. Twin of
 * codegen/weft/ops/pair_runs.py.
 *
 * Windows become pairs in scratch: column by column of the filter, row by row, all words of runs;
 * then the rests of all runs in the same order.
 */
#ifndef WEFT_PAIR_WINDOWS_H
#define WEFT_PAIR_WINDOWS_H

#include "weft/conv_2d_s8__dsp.h"
#include "weft/linear.h"
#include "weft/pair_unpack.h"

#include <string.h>

/* Where a window is: its first row, and its first byte in its rows. */
typedef struct {
    const int8_t *const *rows;
    int32_t start;
} weft_window;

/* Where a part of `count` times two windows is: `step` bytes from the windows of one time to those
 * of the next, and as pairs `size` words. */
typedef struct {
    const int8_t *x, *y;
    int32_t step, size, count;
} weft_windows;

/* `words` words of them, at least one. */
WEFT_LEAF void weft_unpack_words(uint32_t *to, weft_windows of, int32_t words)
{
    const int32_t back = 4 * words - of.step, skip = of.size - 4 * words;
    const int8_t *x = of.x, *y = of.y, *end = x + 4 * words;
    for (int32_t count = of.count; count > 0; count--) {
        do {
            WEFT_UNPACK_WORD(to, x, y);
        } while (x != end);
        x -= back, y -= back, end += of.step;
        to += skip;
    }
}

/* A byte of them, number `index` of all rests: a pair's first one sets the second one to 0. */
WEFT_LEAF void weft_unpack_byte(uint32_t *to, weft_windows of, int32_t index)
{
    const int8_t *x = of.x, *y = of.y;
    to += index & ~1;
    if ((index & 1) == 0) {
        for (int32_t i = of.count; i > 0; i--, x += of.step, y += of.step, to += of.size) {
            to[0] = (uint32_t)*x & 0xffffU;
            to[1] = (uint32_t)*y & 0xffffU;
        }
    } else {
        for (int32_t i = of.count; i > 0; i--, x += of.step, y += of.step, to += of.size) {
            to[0] |= (uint32_t)*x << 16;
            to[1] |= (uint32_t)*y << 16;
        }
    }
}

/* Two words and a byte of them, number `index` of all rests: runs of three pixels of three colors,
 * as first layers have them. */
WEFT_LEAF void weft_unpack_nine(uint32_t *to, uint32_t *rests, weft_windows of, int32_t index)
{
#if WEFT_DSP_ASM
    const int8_t *x = of.x, *y = of.y;
    const int32_t rest = 4 * (int32_t)(rests - to) + (index & ~1) * 4 + (index & 1) * 2;
    int32_t a, b, c, d, e, count = of.count;
    const int32_t size = 4 * of.size;
    __asm__ volatile("1:\n"
                     "ldr %0, [%6]\n ldr %1, [%7]\n ldr %2, [%6, #4]\n ldr %3, [%7, #4]\n"
                     "sxtb16 %4, %0\n str %4, [%5]\n"
                     "sxtb16 %4, %1\n str %4, [%5, #4]\n"
                     "sxtb16 %0, %0, ror #8\n str %0, [%5, #8]\n"
                     "sxtb16 %1, %1, ror #8\n str %1, [%5, #12]\n"
                     "sxtb16 %4, %2\n str %4, [%5, #16]\n"
                     "sxtb16 %4, %3\n str %4, [%5, #20]\n"
                     "sxtb16 %2, %2, ror #8\n str %2, [%5, #24]\n"
                     "sxtb16 %3, %3, ror #8\n str %3, [%5, #28]\n"
                     "ldrsb %0, [%6, #8]\n ldrsb %1, [%7, #8]\n add %4, %5, %9\n"
                     "strh %0, [%4]\n strh %1, [%4, #4]\n"
                     "add %6, %6, %10\n add %7, %7, %10\n add %5, %5, %11\n"
                     "subs %8, %8, #1\n bne 1b\n"
                     : "=&r"(a), "=&r"(b), "=&r"(c), "=&r"(d), "=&r"(e), "+r"(to), "+r"(x), "+r"(y),
                       "+r"(count)
                     : "r"(rest), "r"(of.step), "r"(size)
                     : "cc", "memory");
#else
    weft_unpack_words(to, of, 2);
    of.x += 8, of.y += 8;
    weft_unpack_byte(rests, of, index);
#endif
}

/* `count` times two windows. */
static inline void weft_gather_apart(const weft_conv_2d_s8_dsp_params *p, uint32_t *to,
                                     weft_window x, weft_window y, int32_t count)
{
    const int32_t rows = p->filter_height * p->dilation_height, words = p->run_words;
    uint32_t *const rests = to + 4 * words * p->runs * p->filter_height;
    int32_t index = 0;
    for (int32_t run = 0; run < p->runs; run++) {
        for (int32_t row = 0; row < rows; row += p->dilation_height, to += 4 * words) {
            const int8_t *const a = x.rows[row] + x.start, *const b = y.rows[row] + y.start;
            weft_windows of = {a, b, p->pixel_step, 2 * p->pairs, count};
            if (words == 2 && p->run_rest == 1) {
                weft_unpack_nine(to, rests, of, index++);
                continue;
            }
            if (words > 0) {
                weft_unpack_words(to, of, words);
            }
            if (p->run_last > 0) {
                of.x = a + p->run_last, of.y = b + p->run_last;
                weft_unpack_words(rests, of, 1);
            }
            for (int32_t i = 4 * words; i < 4 * words + p->run_rest; i++) {
                of.x = a + i, of.y = b + i;
                weft_unpack_byte(rests, of, index++);
            }
        }
        x.start += p->run_step;
        y.start += p->run_step;
    }
}

/* One window. */
static inline void weft_gather_1(const weft_conv_2d_s8_dsp_params *p, uint32_t *to, weft_window x)
{
    const int32_t rows = p->filter_height * p->dilation_height, words = p->run_words;
    uint32_t *const rests = to + 2 * words * p->runs * p->filter_height;
    int32_t index = 0;
    for (int32_t run = p->runs; run > 0; run--, x.start += p->run_step) {
        for (int32_t row = 0; row < rows; row += p->dilation_height) {
            const int8_t *const a = x.rows[row] + x.start;
            to = weft_unpack_1(to, a, words);
            if (p->run_last > 0) {
                weft_unpack_1(rests, a + p->run_last, 1);
            }
            for (int32_t i = 4 * words; i < 4 * words + p->run_rest; i++, index++) {
                const uint32_t value = (uint32_t)a[i] & 0xffffU;
                rests[index / 2] = index % 2 == 0 ? value : rests[index / 2] | value << 16;
            }
        }
    }
}

/* `count` times two windows that share columns with the next ones, to scratch. Columns that are
 * there already, if `kept` is not 0, start with that one; runs are whole words. */
static inline void weft_gather_shared(const weft_conv_2d_s8_dsp_params *p, uint32_t *to,
                                      int32_t kept, weft_window x, weft_window y, int32_t count)
{
    const int32_t size = 4 * p->filter_height * p->run_words; /* words of a column */
    int32_t columns = p->shared + count * (p->runs - p->shared);
    if (kept > 0) {
        memmove(to, to + kept * size, (size_t)(4 * p->shared * size));
        to += p->shared * size;
        columns -= p->shared;
        x.start += p->shared * p->run_step;
        y.start += p->shared * p->run_step;
    }
    for (int32_t row = 0; row < p->filter_height; row++, to += 4 * p->run_words) {
        const int8_t *const a = x.rows[row * p->dilation_height] + x.start;
        const int8_t *const b = y.rows[row * p->dilation_height] + y.start;
        const weft_windows of = {a, b, p->run_step, size, columns};
        weft_unpack_words(to, of, p->run_words);
    }
}

/* Words of scratch from two windows to the next two. */
static inline int32_t weft_window_step(const weft_conv_2d_s8_dsp_params *p)
{
    return p->shared > 0 ? (p->runs - p->shared) * 4 * p->filter_height * p->run_words
                         : 2 * p->pairs;
}

/* `count` times two windows to scratch; `kept` as above. */
static inline void weft_gather(const weft_conv_2d_s8_dsp_params *p, uint32_t *to, int32_t kept,
                               weft_window x, weft_window y, int32_t count)
{
    if (p->shared > 0) {
        weft_gather_shared(p, to, kept, x, y, count);
    } else if (p->runs * p->filter_height == 1 && p->pixel_step == 2 * p->pairs) {
        weft_unpack_2(to, *x.rows + x.start, *y.rows + y.start, count * p->run_words);
    } else {
        weft_gather_apart(p, to, x, y, count);
    }
}

#endif
