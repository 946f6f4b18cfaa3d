/* SPDX-License-Identifier: Apache-2.0
 *
 * From windows of a convolution's input to the pairs that weft/pair_gemm.h takes. Twin of
 * codegen/weft/ops/weighted/pair_runs.py.
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

/* The next windows of two vectors. `kept`: their columns are in scratch from that one on, 0 for
 * none. */
typedef struct {
    weft_window x, y;
    int32_t kept;
} weft_next_windows;

/* Where a part of `count` times two windows is: `step` bytes from the windows of one time to those
 * of the next, and as pairs `size` words. */
typedef struct {
    const int8_t *x, *y;
    int32_t step, size, count;
} weft_windows;

/* `words` words of them. */
WEFT_LEAF void weft_unpack_words(uint32_t *to, const weft_windows *of, int32_t words)
{
    const int32_t step = of->step - 4 * words, skip = of->size - 4 * words;
    const int8_t *x = of->x, *y = of->y;
    for (int32_t count = of->count; count > 0; count--) {
        if ((words & 1) != 0) {
            WEFT_UNPACK_WORD(to, x, y);
        }
        for (int32_t twos = words >> 1; twos > 0; twos--) {
            WEFT_UNPACK_TWO(to, x, y);
        }
        x += step, y += step;
        to += skip;
    }
}

/* A byte of them, number `index` of all rests: a pair's first one sets the second one to 0. */
WEFT_LEAF void weft_unpack_byte(uint32_t *to, const weft_windows *of, int32_t index)
{
    const int32_t second = index & 1, step = of->step, size = of->size;
    const int8_t *x = of->x, *y = of->y;
    to += index - second;
    for (int32_t i = of->count; i > 0; i--, x += step, y += step, to += size) {
        to[0] = (second ? to[0] : 0) | ((uint32_t)*x & 0xffffU) << 16 * second;
        to[1] = (second ? to[1] : 0) | ((uint32_t)*y & 0xffffU) << 16 * second;
    }
}

/* Two words and a byte of them, number `index` of all rests: runs of three pixels of three colors,
 * as first layers have them. */
WEFT_LEAF void weft_unpack_nine(uint32_t *to, uint32_t *rests, const weft_windows *of,
                                int32_t index)
{
#if WEFT_DSP_ASM
    const int8_t *x = of->x, *y = of->y;
    const int32_t rest = 4 * (int32_t)(rests - to) + (index & ~1) * 4 + (index & 1) * 2;
    int32_t a, b, c, d, e, count = of->count;
    const int32_t step = of->step, size = 4 * of->size;
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
                     : "r"(rest), "r"(step), "r"(size)
                     : "cc", "memory");
#else
    const weft_windows last = {of->x + 8, of->y + 8, of->step, of->size, of->count};
    weft_unpack_words(to, of, 2);
    weft_unpack_byte(rests, &last, index);
#endif
}

/* Words of scratch from two windows to the next two. */
static inline int32_t weft_window_step(const weft_conv_2d_s8_dsp_params *p)
{
    return p->shared > 0 ? (p->runs - p->shared) * 4 * p->filter_height * p->run_words
                         : 2 * p->pairs;
}

/* `count` times two windows to scratch, run by run. Where windows share columns with the next ones
 * a row of all their columns is one run, and runs are whole words; columns that are there already
 * are only moved. */
static inline void weft_gather_runs(const weft_conv_2d_s8_dsp_params *p, uint32_t *to,
                                    weft_next_windows *next, int32_t count)
{
    const int32_t rows = p->filter_height * p->dilation_height, size = 4 * p->run_words;
    uint32_t *const rests = to + size * p->runs * p->filter_height;
    int32_t runs = p->runs, index = 0, x_at = next->x.start, y_at = next->y.start;
    weft_windows of = {NULL, NULL, p->pixel_step, 2 * p->pairs, count};
    if (p->shared > 0) {
        of.step = p->run_step;
        of.size = size * p->filter_height;
        of.count = count * (runs - p->shared);
        runs = 1;
        if (next->kept > 0) {
            memmove(to, to + next->kept * of.size, (size_t)(4 * p->shared * of.size));
            to += p->shared * of.size;
            x_at += p->shared * p->run_step;
            y_at += p->shared * p->run_step;
        } else {
            of.count += p->shared;
        }
        next->kept = count * (p->runs - p->shared);
    }
    for (; runs > 0; runs--, x_at += p->run_step, y_at += p->run_step) {
        for (int32_t row = 0; row < rows; row += p->dilation_height, to += size) {
            const int8_t *const x = next->x.rows[row] + x_at, *const y = next->y.rows[row] + y_at;
            of.x = x, of.y = y;
            if (p->run_words == 2 && p->run_rest == 1) {
                weft_unpack_nine(to, rests, &of, index++);
                continue;
            }
            weft_unpack_words(to, &of, p->run_words);
            if (p->run_last > 0) {
                of.x = x + p->run_last, of.y = y + p->run_last;
                weft_unpack_words(rests, &of, 1);
            }
            for (int32_t i = size; i < size + p->run_rest; i++) {
                of.x = x + i, of.y = y + i;
                weft_unpack_byte(rests, &of, index++);
            }
        }
    }
}

/* The same, and on to the next windows. Where they are contiguous all of them are one run. */
static inline void weft_gather(const weft_conv_2d_s8_dsp_params *p, uint32_t *to,
                               weft_next_windows *next, int32_t count)
{
    if (p->pixel_step == 4 * p->run_words && p->pairs == 2 * p->run_words) {
        const weft_windows all = {*next->x.rows + next->x.start, *next->y.rows + next->y.start, 0,
                                  0, 1};
        weft_unpack_words(to, &all, count * p->run_words);
    } else {
        weft_gather_runs(p, to, next, count);
    }
    next->x.start += count * p->pixel_step;
    next->y.start += count * p->pixel_step;
}

#endif
