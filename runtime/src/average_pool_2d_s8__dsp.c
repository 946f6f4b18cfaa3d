/* SPDX-License-Identifier: Apache-2.0
 *
 * Averages by the DSP extension: the sums of four channels are two pairs, and the divisions by a
 * window's size are multiplications.
 */
#include "weft/linear.h"
#include "weft/pixel_sums.h"
#include "weft/pool_2d.h"

#include <stddef.h>

/* The windows of a column: where it starts in a row, and its pixels in all of its rows. */
typedef struct {
    const int8_t *const *rows; /* or NULL, outside the image */
    int32_t height, start, pixels, channels;
    int32_t half;       /* of its pixels in all */
    int32_t reciprocal; /* 2^24 over them, rounded up */
} weft_column;

/* sum / count to nearest, halves away from zero: exact for up to WEFT_PIXELS_OF_PAIRS pixels,
 * where the numerator times the count is below 2^24. */
static inline int8_t mean(const weft_column *of, int32_t sum)
{
    const int32_t sign = sum >> 31, numerator = (sum ^ sign) - sign + of->half;
    return (int8_t)((weft_smmul(numerator * 256, of->reciprocal) ^ sign) - sign);
}

/* The averages of all whole words of channels. */
WEFT_LEAF void average_words(const weft_column *of, int8_t *out)
{
    const int32_t step = of->channels;
    for (int32_t at = 0; at + 4 <= of->channels; at += 4, out += 4) {
        uint32_t even = 0, odd = 0;
        for (int32_t row = 0; row < of->height; row++) {
            if (of->rows[row] == NULL) {
                continue;
            }
            const int8_t *x = of->rows[row] + of->start + at;
            for (int32_t twos = of->pixels >> 1; twos > 0; twos--, x += 2 * step) {
                WEFT_TWO_PIXELS(even, odd, x, step);
            }
            if ((of->pixels & 1) != 0) {
                const uint32_t word = weft_load_32(x);
                even = weft_sxtab16(even, word);
                odd = weft_sxtab16_ror8(odd, word);
            }
        }
        out[0] = mean(of, weft_low(even)), out[1] = mean(of, weft_low(odd));
        out[2] = mean(of, weft_high(even)), out[3] = mean(of, weft_high(odd));
    }
}

/* Those of the channels behind them. */
static void average_bytes(const weft_column *of, int8_t *out)
{
    for (int32_t channel = of->channels & ~3; channel < of->channels; channel++) {
        int32_t sum = 0;
        for (int32_t row = 0; row < of->height; row++) {
            for (int32_t i = 0; of->rows[row] != NULL && i < of->pixels; i++) {
                sum += of->rows[row][of->start + i * of->channels + channel];
            }
        }
        out[channel] = mean(of, sum);
    }
}

void weft_average_pool_2d_s8__dsp(const weft_pool_2d_params *p, const weft_step *s)
{
    int8_t *out = s->out[0];
    int32_t rows = 0, count = 0;
    weft_column of = {s->in, p->filter_height, 0, 0, p->channels, 0, 0};
    for (int32_t row = 0; row < p->filter_height; row++) {
        rows += s->in[row] != NULL;
    }
    for (int32_t column = 0; column < p->output_width; column++, out += p->output_step) {
        const weft_pool_2d_columns c = weft_pool_2d_window(p, column);
        of.start = c.first * p->channels;
        of.pixels = c.end - c.first;
        if (count != rows * of.pixels) {
            count = rows * of.pixels;
            of.half = count / 2;
            of.reciprocal = ((1 << 24) + count - 1) / count;
        }
        average_words(&of, out);
        average_bytes(&of, out);
    }
    weft_clamp_pixels(s->out[0], p->output_width, p->channels, p->output_step, p->activation_min,
                      p->activation_max);
}
