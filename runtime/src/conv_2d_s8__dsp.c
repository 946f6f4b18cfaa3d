/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/conv_2d_s8__dsp.h"

#include "weft/elementwise.h"
#include "weft/linear.h"
#include "weft/pair_gemm.h"

/* Windows become pairs in scratch: all whole words of all runs, then what is left of the runs,
 * collected and taken as words too. A word gives the pairs of its bytes 0 and 2, and 1 and 3. */

/* Pairs of two windows in turn; returns where the next ones go. */
static inline uint32_t *unpack_2(uint32_t *to, const int8_t *x, const int8_t *y, int32_t bytes)
{
    for (const int8_t *end = x + bytes; x != end; x += 4, y += 4, to += 4) {
        const uint32_t a = weft_load_32(x), b = weft_load_32(y);
        to[0] = weft_sxtb16(a);
        to[1] = weft_sxtb16(b);
        to[2] = weft_sxtb16_ror8(a);
        to[3] = weft_sxtb16_ror8(b);
    }
    return to;
}

/* Pairs of one window. */
static inline uint32_t *unpack_1(uint32_t *to, const int8_t *x, int32_t bytes)
{
    for (const int8_t *end = x + bytes; x != end; x += 4, to += 2) {
        const uint32_t a = weft_load_32(x);
        to[0] = weft_sxtb16(a);
        to[1] = weft_sxtb16_ror8(a);
    }
    return to;
}

/* The windows of two pixels from byte `start` of the rows on. */
static void gather_2(const weft_conv_2d_s8_dsp_params *p, const weft_step *s, int32_t start)
{
    const int32_t rest = p->run_length & 3, whole = p->run_length - rest;
    const int32_t rests = (rest * p->runs * p->filter_height + 3) & ~3;
    uint32_t *to = (uint32_t *)(void *)s->scratch;
    int8_t *const rest_0 = s->scratch + 8 * p->pairs, *const rest_1 = rest_0 + rests;
    int8_t *x_rest = rest_0, *y_rest = rest_1;
    for (int32_t row = 0; row < p->filter_height; row++) {
        const int8_t *x = s->in[row * p->dilation_height] + start;
        for (int32_t run = 0; run < p->runs; run++, x += p->run_step) {
            const int8_t *y = x + p->pixel_step;
            to = unpack_2(to, x, y, whole);
            for (int32_t i = whole; i < p->run_length; i++) {
                *x_rest++ = x[i];
                *y_rest++ = y[i];
            }
        }
    }
    unpack_2(to, rest_0, rest_1, rests);
}

/* The window of one pixel. */
static void gather_1(const weft_conv_2d_s8_dsp_params *p, const weft_step *s, int32_t start)
{
    const int32_t rest = p->run_length & 3, whole = p->run_length - rest;
    const int32_t rests = (rest * p->runs * p->filter_height + 3) & ~3;
    uint32_t *to = (uint32_t *)(void *)s->scratch;
    int8_t *const rest_0 = s->scratch + 8 * p->pairs;
    int8_t *x_rest = rest_0;
    for (int32_t row = 0; row < p->filter_height; row++) {
        const int8_t *x = s->in[row * p->dilation_height] + start;
        for (int32_t run = 0; run < p->runs; run++, x += p->run_step) {
            to = unpack_1(to, x, whole);
            for (int32_t i = whole; i < p->run_length; i++) {
                *x_rest++ = x[i];
            }
        }
    }
    unpack_1(to, rest_0, rests);
}

/* The outputs of one or two pixels, whose windows are in scratch. */
static void outputs(const weft_conv_2d_s8_dsp_params *p, const weft_step *s, int32_t pixels,
                    int8_t *out)
{
    const int32_t rest = p->output_channels & 3, whole = p->output_channels - rest;
    int8_t *const next = out + p->output_channels;
    int8_t last[8];
    weft_pair_gemm g;
    g.x = (const uint32_t *)(const void *)s->scratch;
    g.pairs = p->pairs;
    g.shift = p->shift;
    g.weights = p->weights;
    g.weights_end = p->weights + whole / 4 * p->block_size;
    if (whole > 0) {
        if (pixels > 1) {
            weft_pair_gemm_2(&g, out, next);
        } else {
            weft_pair_gemm_1(&g, out);
        }
    }
    if (rest > 0) {
        g.weights = g.weights_end;
        g.weights_end += p->block_size;
        if (pixels > 1) {
            weft_pair_gemm_2(&g, last, last + 4);
        } else {
            weft_pair_gemm_1(&g, last);
        }
        for (int32_t i = 0; i < rest; i++) {
            out[whole + i] = last[i];
            if (pixels > 1) {
                next[whole + i] = last[4 + i];
            }
        }
    }
}

void weft_conv_2d_s8_dsp(const weft_conv_2d_s8_dsp_params *p, const weft_step *s)
{
    int8_t *out = s->out[0];
    int32_t start = 0, left = p->output_width;
    for (; left > 1; left -= 2) {
        gather_2(p, s, start);
        outputs(p, s, 2, out);
        start += 2 * p->pixel_step;
        out += 2 * p->output_channels;
    }
    if (left > 0) {
        gather_1(p, s, start);
        outputs(p, s, 1, out);
    }
    weft_clamp_row(s->out[0], p->output_width * p->output_channels, p->activation_min,
                   p->activation_max);
}
