/* SPDX-License-Identifier: Apache-2.0
 *
 * A 2-D convolution by packed pairs: the body of the kernels whose sums fit 32 bits times 256
 * (weft/pair_gemm.h is included before) and of those that may not (weft/pair_pieces.h).
 */
#ifndef WEFT_CONV_2D_PAIRS_H
#define WEFT_CONV_2D_PAIRS_H

#include "weft/conv_2d_s8__dsp.h"
#include "weft/linear.h"
#include "weft/pair_windows.h"

#include <string.h>

static void weights(const weft_conv_2d_s8_dsp_params *p, weft_pair_job *job, int32_t from,
                    int32_t to, int32_t blocks)
{
    const uint32_t *const tail = p->tail_apart != 0 ? p->weights + p->weights_size : NULL;
    weft_pair_weights(job, p->weights + from, p->weights + to, blocks, tail);
}

/* The outputs of windows in scratch at x: of two pixels, or of one if its place is given twice. */
static void run(weft_pair_job *job, uint32_t *x, int8_t *out_0, int8_t *out_1)
{
    weft_pair_inputs(job, x, 0);
    weft_pair_outputs(job, out_0, out_1, 0);
    weft_pair_run(job, 1);
}

/* The same, with nothing written behind the channels: the first block is made apart. */
static void run_exactly(const weft_conv_2d_s8_dsp_params *p, weft_pair_job *job, uint32_t *x,
                        int8_t *out_0, int8_t *out_1)
{
    const int32_t rest = p->output_channels & 3, whole = p->output_channels - rest;
    int8_t most[8];
    weights(p, job, 0, p->first_block, 1);
    run(job, x, most, out_0 == out_1 ? most : most + 4);
    memcpy(out_0 + whole, most, (size_t)rest);
    memcpy(out_1 + whole, out_0 == out_1 ? most : most + 4, (size_t)rest);
    if (whole > 0) {
        weights(p, job, p->first_block, p->weights_size, whole / 4);
        run(job, x, out_0 + whole - 4, out_1 + whole - 4);
    }
}

/* The outputs of `count` times two pixels, each unpacked when its turn has come. */
static void in_turn(const weft_conv_2d_s8_dsp_params *p, weft_pair_job *job, uint32_t *scratch,
                    weft_next_windows *next, int32_t count)
{
    const int8_t *const x = *next->x.rows + next->x.start, *const y = *next->y.rows + next->y.start;
    weft_pair_bytes(job, scratch, x, y, p->run_words);
    weft_pair_run(job, count);
    next->x.start += count * p->pixel_step;
    next->y.start += count * p->pixel_step;
}

/* `left` times two pixels, or one pixel whose place is given twice. The first block may write up
 * to three outputs more than there are channels, to where the next pixels' go: the last pixels are
 * made exactly. */
static void pixels(const weft_conv_2d_s8_dsp_params *p, const weft_step *s, weft_next_windows *next,
                   int8_t *out_0, int8_t *out_1, int32_t left)
{
    uint32_t *const scratch = (uint32_t *)(void *)s->scratch;
    const int32_t first = (p->output_channels - 1) & ~3, next_out = p->output_step;
    const int32_t step = weft_window_step(p), tile = p->tile > 0 ? p->tile : 1;
    int32_t loose = left - p->exact;
    weft_pair_job job;
    weft_pair_start(&job, out_0 == out_1 ? 1 : 2, p->pairs);
    weights(p, &job, 0, p->weights_size, first / 4 + 1);
    weft_pair_outputs(&job, out_0 + first, out_1 + first, next_out);
    out_0 += left * next_out;
    out_1 += left * next_out;
    if (p->tile == 0 && out_0 != out_1 && loose > 0) {
        in_turn(p, &job, scratch, next, loose);
        left -= loose;
    }
    weft_pair_inputs(&job, scratch, step);
    while (left > 0) {
        const int32_t count = left < tile ? left : tile;
        int32_t i = 0;
        loose = left - p->exact;
        weft_gather(p, scratch, next, count);
        if (loose > 0) {
            i = loose < count ? loose : count;
            weft_pair_run(&job, i);
        }
        for (; i < count; i++) {
            const int32_t back = (left - i) * next_out;
            run_exactly(p, &job, scratch + i * step, out_0 - back, out_1 - back);
        }
        left -= count;
    }
}

WEFT_INLINE void weft_conv_2d_pairs(const weft_conv_2d_s8_dsp_params *p, const weft_step *s)
{
    const int32_t next_out = p->output_step, width = p->output_width;
    weft_next_windows next = {{s->in, 0}, {s->in, 0}, 0};
    int8_t *const out = s->out[0];
    if (s->rows > 1) {
        next.y.rows += p->row_step;
        pixels(p, s, &next, out, s->out[1], width);
    } else {
        const int32_t half = width / 2, left = width - half;
        if (half > 0) {
            next.y.start = left * p->pixel_step;
            pixels(p, s, &next, out, out + left * next_out, half);
        }
        if (left > half) { /* the pixel in the middle */
            next.y = next.x;
            next.kept = 0;
            pixels(p, s, &next, out + half * next_out, out + half * next_out, 1);
        }
    }
    for (int32_t row = 0; row < s->rows; row++) {
        weft_clamp_pixels(s->out[row], width, p->output_channels, next_out, p->activation_min,
                          p->activation_max);
    }
}

#endif
