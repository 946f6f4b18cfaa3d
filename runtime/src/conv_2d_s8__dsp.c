/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/conv_2d_s8__dsp.h"

#include "weft/linear.h"
#include "weft/pair_gemm.h"

#include <string.h>

/* Where a window is: its first row, and its first byte in its rows. */
typedef struct {
    const int8_t *const *rows;
    int32_t start;
} window;

/* Windows become pairs in scratch: column by column of the filter, row by row, all whole words of
 * runs; then what is left of the runs, collected and taken as words too. A word gives the pairs
 * of its bytes 0 and 2, and 1 and 3. */

/* Pairs of two windows in turn; returns where the next ones go. `bytes` is a multiple of 4. */
static uint32_t *unpack_2(uint32_t *to, const int8_t *x, const int8_t *y, int32_t bytes)
{
    const int8_t *const end = x + bytes;
    if ((bytes & 4) != 0) {
        const uint32_t a = weft_load_32(x), b = weft_load_32(y);
        to[0] = weft_sxtb16(a);
        to[1] = weft_sxtb16(b);
        to[2] = weft_sxtb16_ror8(a);
        to[3] = weft_sxtb16_ror8(b);
        x += 4, y += 4, to += 4;
    }
    for (; x != end; x += 8, y += 8, to += 8) {
        const uint32_t a = weft_load_32(x), b = weft_load_32(x + 4);
        const uint32_t c = weft_load_32(y), d = weft_load_32(y + 4);
        to[0] = weft_sxtb16(a);
        to[1] = weft_sxtb16(c);
        to[2] = weft_sxtb16_ror8(a);
        to[3] = weft_sxtb16_ror8(c);
        to[4] = weft_sxtb16(b);
        to[5] = weft_sxtb16(d);
        to[6] = weft_sxtb16_ror8(b);
        to[7] = weft_sxtb16_ror8(d);
    }
    return to;
}

/* Pairs of one window. */
static uint32_t *unpack_1(uint32_t *to, const int8_t *x, int32_t bytes)
{
    for (const int8_t *end = x + bytes; x != end; x += 4, to += 2) {
        const uint32_t a = weft_load_32(x);
        to[0] = weft_sxtb16(a);
        to[1] = weft_sxtb16_ror8(a);
    }
    return to;
}

/* One or two windows to scratch. */
static void gather(const weft_conv_2d_s8_dsp_params *p, int8_t *scratch, window x, window y,
                   int32_t vectors)
{
    const int32_t rest = p->run_length & 3, whole = p->run_length - rest;
    const int32_t rests = (rest * p->runs * p->filter_height + 3) & ~3;
    const int32_t rows = p->filter_height * p->dilation_height;
    int8_t *const x_rests = scratch + 8 * p->pairs, *const y_rests = x_rests + rests;
    int8_t *x_rest = x_rests, *y_rest = y_rests;
    uint32_t *to = (uint32_t *)(void *)scratch;
    for (int32_t run = 0; run < p->runs; run++) {
        for (int32_t row = 0; row < rows; row += p->dilation_height) {
            const int8_t *a = x.rows[row] + x.start, *b = y.rows[row] + y.start;
            to = vectors > 1 ? unpack_2(to, a, b, whole) : unpack_1(to, a, whole);
            for (int32_t i = whole; i < p->run_length; i++) {
                *x_rest++ = a[i];
                *y_rest++ = b[i];
            }
        }
        x.start += p->run_step;
        y.start += p->run_step;
    }
    if (vectors > 1) {
        unpack_2(to, x_rests, y_rests, rests);
    } else {
        unpack_1(to, x_rests, rests);
    }
}

/* What scratch holds where the windows of neighbors overlap: columns of two windows. */
typedef struct {
    int32_t first;  /* column of the next windows */
    int32_t filled; /* columns */
} columns;

/* Two windows to scratch, but for columns that are there already; returns where the windows are.
 * Columns are runs of whole words. */
static const uint32_t *slide(const weft_conv_2d_s8_dsp_params *p, int8_t *scratch, columns *c,
                             window x, window y)
{
    const int32_t size = p->filter_height * p->run_length; /* words of a column */
    const int32_t rows = p->filter_height * p->dilation_height;
    uint32_t *const words = (uint32_t *)(void *)scratch;
    if (c->first + p->runs > p->columns) {
        c->filled -= c->first;
        memmove(words, words + c->first * size, (size_t)(4 * c->filled * size));
        c->first = 0;
    }
    const uint32_t *const found = words + c->first * size;
    for (; c->filled < c->first + p->runs; c->filled++) {
        const int32_t start = x.start + (c->filled - c->first) * p->run_step;
        uint32_t *to = words + c->filled * size;
        for (int32_t row = 0; row < rows; row += p->dilation_height) {
            to = unpack_2(to, x.rows[row] + start, y.rows[row] + start, p->run_length);
        }
    }
    c->first += p->pixel_step / p->run_step;
    return found;
}

static inline void run(weft_pair_job *job, int8_t *out_0, int8_t *out_1, int32_t vectors)
{
    if (vectors > 1) {
        weft_pair_run_2(job, out_0, out_1);
    } else {
        weft_pair_run_1(job, out_0);
    }
}

/* The outputs of the last pixels of rows, where nothing may be written behind the channels. */
static void last_outputs(const weft_conv_2d_s8_dsp_params *p, weft_pair_job *job, int8_t *out_0,
                         int8_t *out_1, int32_t vectors)
{
    const int32_t rest = p->output_channels & 3, whole = p->output_channels - rest;
    const uint32_t *const second = p->weights + p->block_size;
    int8_t most[8];
    weft_pair_weights(job, p->weights, second);
    run(job, most, most + 4, vectors);
    memcpy(out_0 + whole, most, (size_t)rest);
    if (vectors > 1) {
        memcpy(out_1 + whole, most + 4, (size_t)rest);
    }
    if (whole > 0) {
        weft_pair_weights(job, second, second + whole / 4 * p->block_size);
        run(job, out_0 + whole - 4, out_1 + whole - 4, vectors);
    }
}

static void start(const weft_conv_2d_s8_dsp_params *p, const weft_step *s, weft_pair_job *job,
                  int32_t vectors)
{
    const int32_t blocks = (p->output_channels + 3) / 4;
    weft_pair_start(job, vectors, p->pairs, p->shift);
    weft_pair_inputs(job, (const uint32_t *)(const void *)s->scratch);
    weft_pair_weights(job, p->weights, p->weights + blocks * p->block_size);
}

void weft_conv_2d_s8_dsp(const weft_conv_2d_s8_dsp_params *p, const weft_step *s)
{
    const int32_t tall = s->rows > 1, advance = tall ? 1 : 2, rest = p->output_channels & 3;
    const int32_t top = (p->output_channels - 1) & ~3; /* first channel of the first block */
    int8_t *out_0 = s->out[0], *out_1 = tall ? s->out[1] : out_0 + p->output_channels;
    window x = {s->in, 0}, y = {s->in + p->row_step, 0};
    columns c = {0, 0};
    weft_pair_job job;
    if (!tall) {
        y.rows = x.rows;
        y.start = p->pixel_step;
    }
    start(p, s, &job, 2);
    for (int32_t left = p->output_width; left > 0; left -= advance) {
        int32_t vectors = 2;
        if (left < advance) {
            vectors = 1;
            y = x;
            start(p, s, &job, 1);
        }
        if (tall && p->columns > 0) {
            weft_pair_inputs(&job, slide(p, s->scratch, &c, x, y));
        } else {
            gather(p, s->scratch, x, y, vectors);
        }
        if (rest > 0 && left <= advance) {
            last_outputs(p, &job, out_0, out_1, vectors);
        } else {
            run(&job, out_0 + top, out_1 + top, vectors);
        }
        x.start += advance * p->pixel_step;
        y.start += advance * p->pixel_step;
        out_0 += advance * p->output_channels;
        out_1 += advance * p->output_channels;
    }
    for (int32_t row = 0; row < s->rows; row++) {
        weft_clamp_row(s->out[row], p->output_width * p->output_channels, p->activation_min,
                       p->activation_max);
    }
}
