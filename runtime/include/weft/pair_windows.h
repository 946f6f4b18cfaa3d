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

/* `words` words of `count` times two windows, from the same place in each; at least one. */
WEFT_LEAF void weft_unpack_words(const weft_conv_2d_s8_dsp_params *p, uint32_t *to, const int8_t *x,
                                 const int8_t *y, int32_t words, int32_t count)
{
    const int32_t back = 4 * words - p->pixel_step, skip = 2 * p->pairs - 4 * words;
    const int8_t *end = x + 4 * words;
    for (; count > 0; count--) {
        do {
            WEFT_UNPACK_WORD(to, x, y);
        } while (x != end);
        x -= back, y -= back, end += p->pixel_step;
        to += skip;
    }
}

/* A byte of them, number `index` of all rests: a pair's first one sets the second one to 0. */
WEFT_LEAF void weft_unpack_byte(const weft_conv_2d_s8_dsp_params *p, uint32_t *to, int32_t index,
                                const int8_t *x, const int8_t *y, int32_t count)
{
    const int32_t step = p->pixel_step, size = 2 * p->pairs;
    to += index & ~1;
    if ((index & 1) == 0) {
        for (; count > 0; count--, x += step, y += step, to += size) {
            to[0] = (uint32_t)*x & 0xffffU;
            to[1] = (uint32_t)*y & 0xffffU;
        }
    } else {
        for (; count > 0; count--, x += step, y += step, to += size) {
            to[0] |= (uint32_t)*x << 16;
            to[1] |= (uint32_t)*y << 16;
        }
    }
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
            const int8_t *a = x.rows[row] + x.start, *b = y.rows[row] + y.start;
            if (words > 0) {
                weft_unpack_words(p, to, a, b, words, count);
            }
            if (p->run_last > 0) {
                weft_unpack_words(p, rests, a + p->run_last, b + p->run_last, 1, count);
            }
            a += 4 * words;
            b += 4 * words;
            for (int32_t i = 0; i < p->run_rest; i++) {
                weft_unpack_byte(p, rests, index++, a + i, b + i, count);
            }
        }
        x.start += p->run_step;
        y.start += p->run_step;
    }
}

/* A column of two windows: a run of each row. */
WEFT_LEAF uint32_t *weft_gather_column(const weft_conv_2d_s8_dsp_params *p, uint32_t *to,
                                       weft_window x, weft_window y)
{
    const int32_t words = p->run_words, row_step = p->dilation_height;
    const int8_t *const *const end = x.rows + p->filter_height * row_step;
    for (; x.rows != end; x.rows += row_step, y.rows += row_step) {
        to = weft_unpack_2(to, *x.rows + x.start, *y.rows + y.start, words);
    }
    return to;
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
    for (; columns > 0; columns--) {
        to = weft_gather_column(p, to, x, y);
        x.start += p->run_step;
        y.start += p->run_step;
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
