/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of two int8 operands, four elements at a time. A kernel gives the function of words; the
 * walk is here.
 */
#ifndef WEFT_ROW_RUNS_H
#define WEFT_ROW_RUNS_H

#include "weft/elementwise.h"
#include "weft/inline.h"
#include "weft/row_pair.h"
#include "weft/simd.h"

/* Makes `words` times four outputs of as many elements of both operands; `out` may be one of them.
 */
typedef void (*weft_words)(const void *params, const int8_t *a, const int8_t *b, int8_t *out,
                           uint32_t words);

/* Elements that lie side by side, or are copied to lie so; and bytes behind them: copies are made
 * by words, and of two pixels at least. */
#define WEFT_CHUNK 128U
#define WEFT_SLACK 8U

/* A run of elements that lie side by side. Those left over make a word with others that do not
 * count. */
WEFT_INLINE void weft_run(weft_words f, const void *params, const int8_t *a, const int8_t *b,
                          int8_t *out, uint32_t count)
{
    const uint32_t rest = count & 3U;
    f(params, a, b, out, count / 4);
    if (rest > 0) {
        int8_t last[3][4] = {{0}};
        a += count - rest, b += count - rest, out += count - rest;
        for (uint32_t i = 0; i < rest; i++) {
            last[0][i] = a[i];
            last[1][i] = b[i];
        }
        f(params, last[0], last[1], last[2], 1);
        for (uint32_t i = 0; i < rest; i++) {
            out[i] = last[2][i];
        }
    }
}

/* One row of operands that have as many elements as the output, all side by side. */
WEFT_INLINE void weft_by_rows(weft_words f, const void *params, const weft_row_pair *p,
                              const weft_step *s)
{
    weft_run(f, params, weft_operand(p->constant1, p->row1, p->in1, s),
             weft_operand(p->constant2, p->row2, p->in2, s), s->out[0], p->channels);
}

/* A pixel again and again; the copies lie four bytes or more behind what they are made of. */
WEFT_LEAF void weft_repeat_pixel(int8_t *to, const int8_t *pixel, uint32_t channels, uint32_t bytes)
{
    const int8_t *const end = to + bytes, *from = to;
    for (const int8_t *const whole = pixel + (channels & ~3U); pixel != whole;
         pixel += 4, to += 4) {
        weft_store_32(to, weft_load_32(pixel));
    }
    for (uint32_t i = 0; i < (channels & 3U); i++) {
        *to++ = pixel[i];
    }
    while (to < from + 4) {
        for (uint32_t i = 0; i < channels; i++) {
            *to++ = from[i];
        }
    }
    for (; to < end; to += 4, from += 4) {
        weft_store_32(to, weft_load_32(from));
    }
}

/* Elements that are `step` apart, each for all channels of a pixel. */
WEFT_LEAF void weft_repeat_channels(int8_t *to, const int8_t *x, uint32_t step, uint32_t channels,
                                    uint32_t pixels)
{
    for (; pixels > 0; pixels--, x += step, to += channels) {
        const uint32_t word = (uint8_t)*x * 0x01010101U;
        for (int8_t *at = to; at < to + channels; at += 4) {
            weft_store_32(at, word);
        }
    }
}

/* An operand of a row, and copies of a part of it if it repeats there. */
typedef struct {
    const int8_t *row;
    uint32_t pixel, channel; /* elements from one to the next, 0 to repeat */
    int8_t copies[WEFT_CHUNK + WEFT_SLACK];
} weft_repeating;

/* The elements of some pixels, or of some channels of one, side by side. What they have in common
 * with those before is not copied again. */
WEFT_INLINE const int8_t *weft_side_by_side(weft_repeating *x, uint32_t pixel, uint32_t pixels,
                                            uint32_t channel, uint32_t channels)
{
    const int8_t *from = x->row + pixel * x->pixel + channel * x->channel;
    if (x->channel == 1 && (x->pixel > 0 || pixels == 1)) {
        return from;
    }
    if (channel == 0 && (x->pixel > 0 || pixel == 0)) {
        if (x->channel == 0) {
            weft_repeat_channels(x->copies, from, x->pixel, channels, pixels);
        } else {
            weft_repeat_pixel(x->copies, from, channels, pixels * channels);
        }
    }
    return x->copies;
}

/* One row of operands that repeat pixels or channels, or of pixels that lie apart in the output:
 * by as many pixels as make a chunk, four or more of them a multiple of four, so that nothing is
 * left over of them. */
WEFT_INLINE void weft_by_chunks(weft_words f, const void *params, const weft_row_pair *p,
                                const weft_step *s)
{
    weft_repeating a, b;
    a.row = weft_operand(p->constant1, p->row1, p->in1, s);
    b.row = weft_operand(p->constant2, p->row2, p->in2, s);
    a.pixel = p->pixel1, a.channel = p->channel1;
    b.pixel = p->pixel2, b.channel = p->channel2;
    const uint32_t channels = p->channels, as_are = p->channel1 & p->channel2;
    const uint32_t most = as_are || channels < WEFT_CHUNK ? channels : WEFT_CHUNK;
    const uint32_t room = p->output_step == channels ? WEFT_CHUNK / channels : 1;
    const uint32_t together = room >= 4 ? room & ~3U : room > 0 ? room : 1;
    for (uint32_t pixel = 0, pixels = together; pixel < p->pixels; pixel += pixels) {
        pixels = p->pixels - pixel < pixels ? p->pixels - pixel : pixels;
        for (uint32_t at = 0, count = most; at < channels; at += count) {
            count = channels - at < count ? channels - at : count;
            weft_run(f, params, weft_side_by_side(&a, pixel, pixels, at, count),
                     weft_side_by_side(&b, pixel, pixels, at, count),
                     s->out[0] + pixel * p->output_step + at, pixels * count);
        }
    }
}

#endif
