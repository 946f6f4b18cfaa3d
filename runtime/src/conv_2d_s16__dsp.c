/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/conv_2d_s16__dsp.h"

#include "weft/elementwise.h"
#include "weft/inline.h"
#include "weft/wide.h"
#include "weft/wide_pairs.h"

#include <string.h>

/* Where a window is: its first row, and its first element in its rows. */
typedef struct {
    const int8_t *const *rows;
    int32_t start;
} window;

/* A window to every second pair from `to` on, if `step` is 2, or to all of them. */
WEFT_INLINE void gather(const weft_conv_2d_s16_dsp_params *p, uint32_t *to, window from,
                        int32_t step)
{
    const int32_t words = p->run_length / 2, rows = p->filter_height * p->dilation_height;
    uint32_t *rest = to + step * words * p->runs * p->filter_height;
    int32_t odd = 0;
    for (int32_t row = 0; row < rows; row += p->dilation_height) {
        const int16_t *run = weft_row_s16(from.rows[row]) + from.start;
        for (int32_t i = 0; i < p->runs; i++, run += p->run_step) {
            const int16_t *x = run;
            for (const int16_t *const end = x + 2 * words; x != end; x += 2, to += step) {
                *to = weft_load_32(x);
            }
            if ((p->run_length & 1) != 0) {
                const uint32_t last = (uint32_t)*x & 0xffffU;
                *rest = odd ? *rest | last << 16 : last;
                rest += odd ? step : 0;
                odd = !odd;
            }
        }
    }
}

WEFT_LEAF void gather_1(const weft_conv_2d_s16_dsp_params *p, uint32_t *to, window x)
{
    to[p->pairs - 1] = to[p->pairs - 2] = 0; /* what is not there */
    gather(p, to, x, 1);
}

WEFT_LEAF void gather_2(const weft_conv_2d_s16_dsp_params *p, uint32_t *to, window x, window y)
{
    for (int32_t i = 2 * p->pairs - 4; i < 2 * p->pairs; i++) {
        to[i] = 0;
    }
    gather(p, to, x, 2);
    gather(p, to + 1, y, 2);
}

/* Whether a window's pairs lie in the input as they are multiplied. */
static int in_place(const weft_conv_2d_s16_dsp_params *p)
{
    return p->filter_height == 1 && p->runs == 1 && p->run_length == 2 * p->pairs;
}

static void run(const weft_wide_job *job)
{
    if (job->out_0 != job->out_1) {
        weft_wide_run_2(job);
    } else {
        weft_wide_run_1(job);
    }
}

/* The last channels, fewer than four: the block makes outputs that have no place. */
static void rest(const weft_conv_2d_s16_dsp_params *p, weft_wide_job job, int32_t channels)
{
    const size_t size = (size_t)channels * sizeof(int16_t);
    const int32_t whole = p->output_channels - channels;
    int16_t *const out_0 = job.out_0 + whole, *const out_1 = job.out_1 + whole;
    int16_t made[8];
    job.w += whole / 4 * (4 + 2 * p->pairs + 12);
    job.blocks = 1;
    job.out_1 = job.out_0 != job.out_1 ? made + 4 : made;
    job.out_0 = made;
    run(&job);
    memcpy(out_0, job.out_0, size);
    memcpy(out_1, job.out_1, size);
}

/* All channels of a group: of one pixel, or of two if they are in different places. */
static void pixels(const weft_conv_2d_s16_dsp_params *p, weft_wide_job *job, uint32_t *scratch,
                   window x, window y)
{
    job->x = (const uint8_t *)scratch;
    if (job->out_0 != job->out_1) {
        gather_2(p, scratch, x, y);
    } else if (in_place(p)) {
        job->x = (const uint8_t *)(weft_row_s16(x.rows[0]) + x.start);
    } else {
        gather_1(p, scratch, x);
    }
    job->blocks = p->output_channels / 4;
    if (job->blocks > 0) {
        run(job);
    }
    if ((p->output_channels & 3) != 0) {
        rest(p, *job, p->output_channels & 3);
    }
}

/* All groups of one or two pixels. */
static void groups(const weft_conv_2d_s16_dsp_params *p, uint32_t *scratch, window x, window y,
                   int16_t *out_0, int16_t *out_1)
{
    const int32_t blocks = (p->output_channels + 3) / 4;
    weft_wide_job job = {p->weights, NULL, out_0, out_1, p->pairs, 0, p->how};
    for (int32_t group = 0; group < p->groups; group++) {
        pixels(p, &job, scratch, x, y);
        job.w += blocks * (4 + 2 * p->pairs + 12);
        job.out_0 += p->output_channels;
        job.out_1 += p->output_channels;
        x.start += p->run_length;
        y.start += p->run_length;
    }
}

void weft_conv_2d_s16_dsp(const weft_conv_2d_s16_dsp_params *p, const weft_step *s)
{
    uint32_t *const scratch = (uint32_t *)(void *)s->scratch;
    const int two_rows = s->rows > 1;
    const int32_t at_once = two_rows ? 1 : 2, next = at_once * p->output_step;
    int16_t *out = (int16_t *)(void *)s->out[0];
    int16_t *out_1 = two_rows ? (int16_t *)(void *)s->out[1] : out + p->output_step;
    window x = {s->in, 0}, y = {s->in + p->row_step, 0};
    int32_t left = p->output_width;
    if (!two_rows) {
        y.rows = s->in;
        y.start = p->pixel_step;
    }
    for (; left >= at_once; left -= at_once, out += next, out_1 += next) {
        groups(p, scratch, x, y, out, out_1);
        x.start += at_once * p->pixel_step;
        y.start += at_once * p->pixel_step;
    }
    if (left > 0) {
        groups(p, scratch, x, x, out, out);
    }
    for (int32_t row = 0; p->clamps && row < s->rows; row++) {
        weft_clamp_pixels_s16((int16_t *)(void *)s->out[row], p->output_width,
                              p->groups * p->output_channels, p->output_step, p->activation_min,
                              p->activation_max);
    }
}
