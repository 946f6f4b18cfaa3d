/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/conv_2d_s8__dsp.h"

#include "weft/linear.h"
#include "weft/pair_gemm.h"
#include "weft/pair_windows.h"

#include <string.h>

static void weights(const weft_conv_2d_s8_dsp_params *p, weft_pair_job *job, int32_t from,
                    int32_t to, int32_t blocks)
{
    const uint32_t *const tail = p->tail_apart != 0 ? p->weights + p->weights_size : NULL;
    weft_pair_weights(job, p->weights + from, p->weights + to, blocks, tail);
}

static void start(const weft_conv_2d_s8_dsp_params *p, weft_pair_job *job, int32_t vectors)
{
    weft_pair_start(job, vectors, p->pairs);
    weights(p, job, 0, p->weights_size, (p->output_channels + 3) / 4);
}

/* The outputs of one pixel, or of two: `out_1` is not NULL. */
static void run(weft_pair_job *job, const uint32_t *x, int8_t *out_0, int8_t *out_1)
{
    if (out_1 != NULL) {
        weft_pair_run_2(job, x, 0, out_0, out_1, 0, 1);
    } else {
        weft_pair_run_1(job, x, out_0);
    }
}

/* The same, with nothing written behind the channels: the first block is made apart. */
static void run_exactly(const weft_conv_2d_s8_dsp_params *p, weft_pair_job *job, const uint32_t *x,
                        int8_t *out_0, int8_t *out_1)
{
    const int32_t rest = p->output_channels & 3, whole = p->output_channels - rest;
    int8_t most[8];
    weights(p, job, 0, p->first_block, 1);
    run(job, x, most, out_1 != NULL ? most + 4 : NULL);
    memcpy(out_0 + whole, most, (size_t)rest);
    if (out_1 != NULL) {
        memcpy(out_1 + whole, most + 4, (size_t)rest);
    }
    if (whole > 0) {
        weights(p, job, p->first_block, p->weights_size, whole / 4);
        run(job, x, out_0 + whole - 4, out_1 != NULL ? out_1 + whole - 4 : NULL);
    }
    weights(p, job, 0, p->weights_size, whole / 4 + 1);
}

/* Outputs of windows that are in scratch. The first block may write up to three more than there
 * are channels, to where the next pixels' go: if those have as many, `left` behind all of these. */
static void outputs_2(const weft_conv_2d_s8_dsp_params *p, weft_pair_job *job, const uint32_t *x,
                      int8_t *out_0, int8_t *out_1, int32_t count, int32_t left)
{
    const int32_t channels = p->output_channels, over = -channels & 3;
    const int32_t first = channels + over - 4, step = weft_window_step(p);
    int32_t loose = count;
    while (loose > 0 && (left + count - loose) * channels < over) {
        loose--;
    }
    if (loose > 0) {
        weft_pair_run_2(job, x, step, out_0 + first, out_1 + first, channels, loose);
    }
    for (int32_t i = loose; i < count; i++) {
        run_exactly(p, job, x + i * step, out_0 + i * channels, out_1 + i * channels);
    }
}

/* `left` times two pixels. */
static void two_pixels(const weft_conv_2d_s8_dsp_params *p, const weft_step *s, weft_window x,
                       weft_window y, int8_t *out_0, int8_t *out_1, int32_t left)
{
    uint32_t *const scratch = (uint32_t *)(void *)s->scratch;
    int32_t kept = 0;
    weft_pair_job job;
    start(p, &job, 2);
    while (left > 0) {
        const int32_t count = left < p->tile ? left : p->tile;
        left -= count;
        weft_gather(p, scratch, kept, x, y, count);
        outputs_2(p, &job, scratch, out_0, out_1, count, left);
        kept = count * (p->runs - p->shared);
        x.start += count * p->pixel_step;
        y.start += count * p->pixel_step;
        out_0 += count * p->output_channels;
        out_1 += count * p->output_channels;
    }
}

/* One pixel, with pixels made before it on its right. */
static void one_pixel(const weft_conv_2d_s8_dsp_params *p, const weft_step *s, weft_window x,
                      int8_t *out)
{
    uint32_t *const scratch = (uint32_t *)(void *)s->scratch;
    weft_pair_job job;
    start(p, &job, 1);
    weft_gather_1(p, scratch, x);
    if ((p->output_channels & 3) != 0) {
        run_exactly(p, &job, scratch, out, NULL);
    } else {
        run(&job, scratch, out + p->output_channels - 4, NULL);
    }
}

void weft_conv_2d_s8_dsp(const weft_conv_2d_s8_dsp_params *p, const weft_step *s)
{
    const int32_t channels = p->output_channels, width = p->output_width;
    const weft_window x = {s->in, 0};
    if (s->rows > 1) {
        const weft_window below = {s->in + p->row_step, 0};
        two_pixels(p, s, x, below, s->out[0], s->out[1], width);
    } else {
        const int32_t half = width / 2, left = width - half;
        const weft_window right = {s->in, left * p->pixel_step};
        two_pixels(p, s, x, right, s->out[0], s->out[0] + left * channels, half);
        if (left > half) {
            const weft_window middle = {s->in, half * p->pixel_step};
            one_pixel(p, s, middle, s->out[0] + half * channels);
        }
    }
    for (int32_t row = 0; row < s->rows; row++) {
        weft_clamp_row(s->out[row], width * channels, p->activation_min, p->activation_max);
    }
}
