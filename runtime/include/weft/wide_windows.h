/* SPDX-License-Identifier: Apache-2.0
 *
 * From windows of int16 images to the pairs that weft/wide_pairs.h takes: pairs of all runs, then,
 * where runs are odd, the last elements of all of them. Twin of Window in
 * codegen/weft/ops/weighted/wide_pairs.py.
 */
#ifndef WEFT_WIDE_WINDOWS_H
#define WEFT_WIDE_WINDOWS_H

#include "weft/conv_2d_s16__dsp.h"
#include "weft/inline.h"
#include "weft/wide.h"
#include "weft/wide_pairs.h"

/* Where a window is: its first row, and its first element in its rows. */
typedef struct {
    const int8_t *const *rows;
    int32_t start;
} weft_wide_window;

/* A window to every second pair from `to` on, if `step` is 2, or to all of them. */
WEFT_INLINE void weft_wide_gather(const weft_conv_2d_s16_dsp_params *p, uint32_t *to,
                                  weft_wide_window from, int32_t step)
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

WEFT_LEAF void weft_wide_gather_1(const weft_conv_2d_s16_dsp_params *p, uint32_t *to,
                                  weft_wide_window x)
{
    to[p->pairs - 1] = to[p->pairs - 2] = 0; /* what is not there */
    weft_wide_gather(p, to, x, 1);
}

WEFT_LEAF void weft_wide_gather_2(const weft_conv_2d_s16_dsp_params *p, uint32_t *to,
                                  weft_wide_window x, weft_wide_window y)
{
    for (int32_t i = 2 * p->pairs - 4; i < 2 * p->pairs; i++) {
        to[i] = 0;
    }
    weft_wide_gather(p, to, x, 2);
    weft_wide_gather(p, to + 1, y, 2);
}

/* Whether a window's pairs lie in the input as they are multiplied. */
static inline int weft_wide_in_place(const weft_conv_2d_s16_dsp_params *p)
{
    return p->filter_height == 1 && p->runs == 1 && p->run_length == 2 * p->pairs;
}

/* Makes all channels of a group from the pairs at x: of one pixel, or of two if they are in
 * different places. `kernel` are its parameters. */
typedef void weft_wide_channels(const void *kernel, const uint8_t *x, int32_t group, int16_t *out_0,
                                int16_t *out_1);

/* All groups of one or two pixels. */
WEFT_INLINE void weft_wide_groups(const weft_conv_2d_s16_dsp_params *p, const void *kernel,
                                  weft_wide_channels *channels, uint32_t *scratch,
                                  weft_wide_window x, weft_wide_window y, int16_t *out_0,
                                  int16_t *out_1)
{
    for (int32_t group = 0; group < p->groups; group++) {
        const uint8_t *from = (const uint8_t *)scratch;
        if (out_0 != out_1) {
            weft_wide_gather_2(p, scratch, x, y);
        } else if (weft_wide_in_place(p)) {
            from = (const uint8_t *)(weft_row_s16(x.rows[0]) + x.start);
        } else {
            weft_wide_gather_1(p, scratch, x);
        }
        channels(kernel, from, group, out_0, out_1);
        out_0 += p->output_channels;
        out_1 += p->output_channels;
        x.start += p->run_length;
        y.start += p->run_length;
    }
}

/* A step: pairs of pixels in two rows, or neighbors in one. */
WEFT_INLINE void weft_wide_step(const weft_conv_2d_s16_dsp_params *p, const void *kernel,
                                weft_wide_channels *channels, const weft_step *s)
{
    uint32_t *const scratch = (uint32_t *)(void *)s->scratch;
    const int two_rows = s->rows > 1;
    const int32_t at_once = two_rows ? 1 : 2, next = at_once * p->output_step;
    int16_t *out = (int16_t *)(void *)s->out[0];
    int16_t *out_1 = two_rows ? (int16_t *)(void *)s->out[1] : out + p->output_step;
    weft_wide_window x = {s->in, 0}, y = {s->in + p->row_step, 0};
    int32_t left = p->output_width;
    if (!two_rows) {
        y.rows = s->in;
        y.start = p->pixel_step;
    }
    for (; p->vectors > 1 && left >= at_once; left -= at_once, out += next, out_1 += next) {
        weft_wide_groups(p, kernel, channels, scratch, x, y, out, out_1);
        x.start += at_once * p->pixel_step;
        y.start += at_once * p->pixel_step;
    }
    for (; left > 0; left--, out += p->output_step, x.start += p->pixel_step) {
        weft_wide_groups(p, kernel, channels, scratch, x, x, out, out);
    }
    for (int32_t row = 0; p->clamps && row < s->rows; row++) {
        weft_clamp_pixels_s16((int16_t *)(void *)s->out[row], p->output_width,
                              p->groups * p->output_channels, p->output_step, p->activation_min,
                              p->activation_max);
    }
}

#endif
