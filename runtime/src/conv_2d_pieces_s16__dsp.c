/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/conv_2d_pieces_s16__dsp.h"

#include "weft/wide_windows.h"

/* totals[0..7] = the sums of a block for one vector or two; returns the next block's weights. */
static const uint32_t *block(const weft_conv_2d_pieces_s16_dsp_params *p, const uint8_t *x,
                             const uint32_t *w, int32_t vectors, int64_t *totals)
{
    int32_t sums[8] = {0, 0, 0, 0, 0, 0, 0, 0};
    for (int32_t i = 0; i < 8; i++) {
        totals[i] = 0;
    }
    for (int32_t left = p->conv.pairs; left > 0; left -= p->piece) {
        const int32_t pairs = left < p->piece ? left : p->piece;
        int16_t *const first = (int16_t *)(void *)sums;
        const weft_wide_job job = {w,     x, first,        vectors > 1 ? first + 8 : first,
                                   pairs, 1, WEFT_WIDE_RAW};
        weft_wide_run(&job);
        for (int32_t i = 0; i < 4 * vectors; i++) {
            totals[i] += sums[i];
        }
        x += 4 * vectors * pairs;
        w += 4 + 2 * pairs;
    }
    return w;
}

/* Outputs of some channels at a pixel. */
static void store(const weft_conv_2d_pieces_s16_dsp_params *p, int32_t channel, int32_t count,
                  const int64_t *totals, int16_t *out)
{
    for (int32_t i = 0; i < count; i++) {
        const int32_t c = channel + i;
        out[i] = weft_output_s16(totals[i] + p->bias[c], p->multiplier[c], p->shift[c],
                                 p->rounds_once, p->conv.activation_min, p->conv.activation_max);
    }
}

static void channels(const void *kernel, const uint8_t *x, int32_t group, int16_t *out_0,
                     int16_t *out_1)
{
    const weft_conv_2d_pieces_s16_dsp_params *const p =
        (const weft_conv_2d_pieces_s16_dsp_params *)kernel;
    const int32_t count = p->conv.output_channels, vectors = out_0 != out_1 ? 2 : 1;
    const int32_t pieces = (p->conv.pairs + p->piece - 1) / p->piece;
    const int32_t size = 4 * pieces + 2 * p->conv.pairs, blocks = (count + 3) / 4;
    const uint32_t *w = p->conv.weights + group * blocks * size;
    for (int32_t at = 0; at < count; at += 4) {
        const int32_t some = count - at < 4 ? count - at : 4;
        int64_t totals[8];
        w = block(p, x, w, vectors, totals);
        store(p, group * count + at, some, totals, out_0 + at);
        if (vectors > 1) {
            store(p, group * count + at, some, totals + 4, out_1 + at);
        }
    }
}

void weft_conv_2d_pieces_s16_dsp(const weft_conv_2d_pieces_s16_dsp_params *p, const weft_step *s)
{
    weft_wide_step(&p->conv, p, channels, s);
}
