/* SPDX-License-Identifier: Apache-2.0
 *
 * Greatest values by the DSP extension, four channels at a time.
 */
#include "weft/byte_extremes.h"
#include "weft/inline.h"
#include "weft/linear.h"
#include "weft/pool_2d.h"
#include "weft/simd.h"

#include <stddef.h>

/* Windows of one size in a row of the image, `columns` of them next to each other. */
typedef struct {
    const int8_t *x; /* the first one */
    int8_t *out;
    int32_t columns, step; /* bytes from a window to the next */
    int32_t pixels;        /* of a window, at least one */
    int32_t channels;
    int32_t out_step; /* bytes from an output pixel to the next */
} windows;

/* The greatest values of all whole words of channels, and of what is in the output if `any`. */
WEFT_LEAF void max_words(const windows *of, int any)
{
    const int32_t channels = of->channels, pixels = of->pixels, whole = channels & ~3;
    const int32_t next = of->step - whole, next_out = of->out_step - whole;
    const int8_t *x = of->x;
    int8_t *out = of->out;
    for (int32_t columns = of->columns; columns > 0; columns--, x += next, out += next_out) {
        for (const int8_t *const end = out + whole; out != end; x += 4, out += 4) {
            const int8_t *from = x;
            uint32_t greatest = weft_load_32(from);
            for (int32_t left = pixels - 1; left > 0; left--) {
                from += channels;
                greatest = weft_smax8(greatest, weft_load_32(from));
            }
            if (any) {
                greatest = weft_smax8(greatest, weft_load_32(out));
            }
            weft_store_32(out, greatest);
        }
    }
}

/* The same for the channels behind them. */
static void max_bytes(const windows *of, int any)
{
    for (int32_t channel = of->channels & ~3; channel < of->channels; channel++) {
        const int8_t *x = of->x + channel;
        int8_t *out = of->out + channel;
        for (int32_t column = 0; column < of->columns; column++, x += of->step) {
            int8_t greatest = any ? *out : *x;
            for (int32_t i = 0; i < of->pixels; i++) {
                const int8_t value = x[i * of->channels];
                greatest = value > greatest ? value : greatest;
            }
            *out = greatest;
            out += of->out_step;
        }
    }
}

/* Takes a row of the image: the output row holds the greatest values of those that are taken, if
 * there are any. Clamping them early changes nothing. */
static void take(const weft_pool_2d_params *p, const int8_t *in, int8_t *out, int any)
{
    const int32_t room = p->input_width + p->pad_left - p->filter_width;
    const int32_t inside = room < 0 ? 0 : room / p->stride_width + 1; /* columns before the edge */
    windows of = {in, out, 1, p->stride_width * p->channels, 0, p->channels, p->output_step};
    for (int32_t column = 0; column < p->output_width; column += of.columns) {
        const weft_pool_2d_columns c = weft_pool_2d_window(p, column);
        of.x = in + c.first * p->channels;
        of.out = out + column * of.out_step;
        of.pixels = c.end - c.first;
        of.columns = 1;
        if (of.pixels == p->filter_width && column < inside) {
            of.columns = (inside < p->output_width ? inside : p->output_width) - column;
        }
        max_words(&of, any);
        max_bytes(&of, any);
    }
    weft_clamp_pixels(out, p->output_width, p->channels, p->output_step, p->activation_min,
                      p->activation_max);
}

void weft_max_pool_2d_s8__dsp(const weft_pool_2d_params *p, const weft_step *s)
{
    int any = 0;
    for (int32_t row = 0; row < p->filter_height; row++) {
        if (s->in[row] != NULL) {
            take(p, s->in[row], s->out[0], any);
            any = 1;
        }
    }
}

void weft_max_pool_2d_accumulate_s8__dsp(const weft_pool_2d_params *p, const weft_step *s)
{
    if (s->index < p->filter_height - p->pad_top) {
        take(p, s->in[0], s->out[0], s->index > 0);
    }
}
