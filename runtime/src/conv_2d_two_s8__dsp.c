/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/conv_2d_few_s8__dsp.h"

#include "weft/conv_few_two.h"
#include "weft/linear.h"
#include "weft/scaled_output.h"

/* Adds runs of `size` bytes, less than a word. */
static void bytes(const weft_few_run *of, int32_t size)
{
    int8_t x[4] = {0, 0, 0, 0}, y[4] = {0, 0, 0, 0};
    weft_few_run one = {of->sums, x, y, 0, 1, of->w, 1};
    for (int32_t two = 0; two < of->count; two++, one.sums += 4) {
        for (int32_t i = 0; i < size; i++) {
            x[i] = of->x[two * of->step + i];
            y[i] = of->y[two * of->step + i];
        }
        weft_few_two(&one);
    }
}

/* Adds a run of some pixels. */
static void add(const weft_conv_2d_few_s8_dsp_params *p, weft_few_run of)
{
    of.words = p->run_words;
    if (p->run_rest > 0) {
        bytes(&of, p->run_rest);
        return;
    }
    weft_few_two(&of);
    if (p->run_last > 0) {
        of.x += p->run_last;
        of.y += p->run_last;
        of.w += 4 * of.words;
        of.words = 1;
        weft_few_two(&of);
    }
}

/* The outputs of a channel, from the sums of every two pixels. */
static void finish(const weft_conv_2d_few_s8_dsp_params *p, const uint32_t *sums,
                   const uint32_t *how, int8_t *out)
{
    const uint32_t scaling[3] = {how[1], how[2], how[3]};
    const int32_t next = p->output_step;
    for (int32_t left = p->output_width; left > 0; left -= 2, sums += 4, out += 2 * next) {
        *out = weft_scaled_output_s8((int32_t)(sums[0] << 1), scaling);
        if (left > 1) {
            out[next] = weft_scaled_output_s8((int32_t)(sums[1] << 1), scaling);
        }
    }
}

void weft_conv_2d_two_s8_dsp(const weft_conv_2d_few_s8_dsp_params *p, const weft_step *s)
{
    const int32_t step = p->pixel_step, pixels = p->output_width, twos = pixels / 2;
    const int32_t words = 4 * (p->run_words + (p->run_last > 0 || p->run_rest > 0 ? 1 : 0));
    const uint32_t *const how = p->channels, *w = p->weights;
    uint32_t *const sums = (uint32_t *)(void *)s->scratch;
    for (int32_t i = 0; i < 4 * (pixels - twos); i++) {
        sums[i] = how[(i & 2) << 1];
    }
    for (int32_t row = 0; row < p->filter_height; row++) {
        const int8_t *x = s->in[row * p->dilation_height];
        for (int32_t i = 0; i < p->runs; i++, x += p->run_step, w += words) {
            if (twos > 0) {
                add(p, (weft_few_run){sums, x, x + step, 2 * step, twos, w, 0});
            }
            if ((pixels & 1) != 0) { /* the last one, and once more for nothing */
                const int8_t *const last = x + 2 * twos * step;
                add(p, (weft_few_run){sums + 4 * twos, last, last, 0, 1, w, 0});
            }
        }
    }
    finish(p, sums, how, s->out[0]);
    finish(p, sums + 2, how + 4, s->out[0] + 1);
    weft_clamp_pixels(s->out[0], pixels, 2, p->output_step, p->activation_min, p->activation_max);
}
