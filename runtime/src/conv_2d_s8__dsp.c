/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/conv_2d_s8__dsp.h"

#include "weft/linear.h"
#include "weft/pair_gemm.h"
#include "weft/pair_unpack.h"

#include <string.h>

/* Where a window is: its first row, and its first byte in its rows. */
typedef struct {
    const int8_t *const *rows;
    int32_t start;
} window;

/* Windows become pairs in scratch: column by column of the filter, row by row, all whole words of
 * runs; then what is left of the runs, collected and taken as words too. */

/* Two windows. */
static void gather_2(const weft_conv_2d_s8_dsp_params *p, int8_t *scratch, window x, window y)
{
    const int32_t rest = p->run_length & 3, whole = p->run_length - rest;
    const int32_t rests = (rest * p->runs * p->filter_height + 3) & ~3;
    const int32_t rows = p->filter_height * p->dilation_height;
    int8_t *const x_rests = scratch + 8 * p->pairs, *const y_rests = x_rests + rests;
    int8_t *x_rest = x_rests, *y_rest = y_rests;
    uint32_t *to = (uint32_t *)(void *)scratch;
    for (int32_t run = p->runs; run > 0; run--) {
        for (int32_t row = 0; row < rows; row += p->dilation_height) {
            const int8_t *const a = x.rows[row] + x.start, *const b = y.rows[row] + y.start;
            to = weft_unpack_2(to, a, b, whole);
            for (int32_t i = whole; i < whole + rest; i++) {
                *x_rest++ = a[i];
                *y_rest++ = b[i];
            }
        }
        x.start += p->run_step;
        y.start += p->run_step;
    }
    weft_unpack_2(to, x_rests, y_rests, rests);
}

/* One window. */
static void gather_1(const weft_conv_2d_s8_dsp_params *p, int8_t *scratch, window x)
{
    const int32_t rest = p->run_length & 3, whole = p->run_length - rest;
    const int32_t rests = (rest * p->runs * p->filter_height + 3) & ~3;
    const int32_t rows = p->filter_height * p->dilation_height;
    int8_t *const x_rests = scratch + 8 * p->pairs;
    int8_t *x_rest = x_rests;
    uint32_t *to = (uint32_t *)(void *)scratch;
    for (int32_t run = p->runs; run > 0; run--, x.start += p->run_step) {
        for (int32_t row = 0; row < rows; row += p->dilation_height) {
            const int8_t *const a = x.rows[row] + x.start;
            to = weft_unpack_1(to, a, whole);
            for (int32_t i = whole; i < whole + rest; i++) {
                *x_rest++ = a[i];
            }
        }
    }
    weft_unpack_1(to, x_rests, rests);
}

/* What scratch holds where windows of neighbors overlap: columns of two windows. */
typedef struct {
    int32_t first;  /* column of the next windows */
    int32_t filled; /* columns */
} columns;

/* Two windows to scratch, but for columns that are there already; returns where the windows are.
 * Columns are runs of whole words. */
static const uint32_t *slide_2(const weft_conv_2d_s8_dsp_params *p, int8_t *scratch, columns *c,
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
    uint32_t *to = words + c->filled * size;
    for (; c->filled < c->first + p->runs; c->filled++) {
        const int32_t from = (c->filled - c->first) * p->run_step;
        for (int32_t row = 0; row < rows; row += p->dilation_height) {
            to = weft_unpack_2(to, x.rows[row] + x.start + from, y.rows[row] + y.start + from,
                               p->run_length);
        }
    }
    c->first += p->pixel_step / p->run_step;
    return found;
}

static void all_weights(const weft_conv_2d_s8_dsp_params *p, weft_pair_job *job)
{
    const int32_t blocks = (p->output_channels + 3) / 4;
    weft_pair_weights(job, p->weights, p->weights + blocks * p->block_size);
}

static void start(const weft_conv_2d_s8_dsp_params *p, const weft_step *s, weft_pair_job *job,
                  int32_t vectors)
{
    weft_pair_start(job, vectors, p->pairs, p->shift);
    weft_pair_inputs(job, (const uint32_t *)(const void *)s->scratch);
    all_weights(p, job);
}

/* The outputs of one pixel, or of two: `out_1` is not NULL. */
static inline void run(weft_pair_job *job, int8_t *out_0, int8_t *out_1, int32_t channel)
{
    if (out_1 != NULL) {
        weft_pair_run_2(job, out_0 + channel, out_1 + channel);
    } else {
        weft_pair_run_1(job, out_0 + channel);
    }
}

/* Outputs with nothing written behind the channels: the first block is made apart. */
static void run_exactly(const weft_conv_2d_s8_dsp_params *p, weft_pair_job *job, int8_t *out_0,
                        int8_t *out_1)
{
    const int32_t rest = p->output_channels & 3, whole = p->output_channels - rest;
    const uint32_t *const second = p->weights + p->block_size;
    int8_t most[8];
    weft_pair_weights(job, p->weights, second);
    run(job, most, out_1 != NULL ? most + 4 : NULL, 0);
    memcpy(out_0 + whole, most, (size_t)rest);
    if (out_1 != NULL) {
        memcpy(out_1 + whole, most + 4, (size_t)rest);
    }
    if (whole > 0) {
        weft_pair_weights(job, second, second + whole / 4 * p->block_size);
        run(job, out_0, out_1, whole - 4);
    }
    all_weights(p, job);
}

/* The outputs of pixels whose windows are in scratch. The first block may write up to three more
 * than there are channels, to where the next pixels' go: if they have as many, `left` of them. */
static inline void outputs(const weft_conv_2d_s8_dsp_params *p, weft_pair_job *job, int8_t *out_0,
                           int8_t *out_1, int32_t left)
{
    const int32_t over = -p->output_channels & 3;
    if (left * p->output_channels < over) {
        run_exactly(p, job, out_0, out_1);
    } else {
        run(job, out_0, out_1, p->output_channels + over - 4);
    }
}

/* Two rows, a pixel of each at a time. */
static void two_rows(const weft_conv_2d_s8_dsp_params *p, const weft_step *s)
{
    window x = {s->in, 0}, y = {s->in + p->row_step, 0};
    int8_t *out_0 = s->out[0], *out_1 = s->out[1];
    columns c = {0, 0};
    weft_pair_job job;
    start(p, s, &job, 2);
    for (int32_t left = p->output_width; left > 0; left--) {
        if (p->columns > 0) {
            weft_pair_inputs(&job, slide_2(p, s->scratch, &c, x, y));
        } else {
            gather_2(p, s->scratch, x, y);
        }
        outputs(p, &job, out_0, out_1, left - 1);
        x.start += p->pixel_step;
        y.start += p->pixel_step;
        out_0 += p->output_channels;
        out_1 += p->output_channels;
    }
}

/* One row, two pixels at a time. */
static void one_row(const weft_conv_2d_s8_dsp_params *p, const weft_step *s)
{
    const int32_t pixel = p->pixel_step, channels = p->output_channels;
    window x = {s->in, 0};
    int8_t *out = s->out[0];
    int32_t left = p->output_width;
    weft_pair_job job;
    start(p, s, &job, 2);
    for (; left > 1; left -= 2) {
        const window y = {s->in, x.start + pixel};
        if (p->filter_height * p->runs == 1 && p->run_length % 4 == 0) {
            weft_unpack_2((uint32_t *)(void *)s->scratch, x.rows[0] + x.start, y.rows[0] + y.start,
                          p->run_length);
        } else {
            gather_2(p, s->scratch, x, y);
        }
        outputs(p, &job, out, out + channels, left - 2);
        x.start += 2 * pixel;
        out += 2 * channels;
    }
    if (left > 0) {
        start(p, s, &job, 1);
        gather_1(p, s->scratch, x);
        outputs(p, &job, out, NULL, 0);
    }
}

void weft_conv_2d_s8_dsp(const weft_conv_2d_s8_dsp_params *p, const weft_step *s)
{
    if (s->rows > 1) {
        two_rows(p, s);
    } else {
        one_row(p, s);
    }
    for (int32_t row = 0; row < s->rows; row++) {
        weft_clamp_row(s->out[row], p->output_width * p->output_channels, p->activation_min,
                       p->activation_max);
    }
}
