/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/depthwise_conv_2d_s16__dsp.h"

#include "weft/depthwise_wide.h"
#include "weft/inline.h"
#include "weft/wide.h"

#include <string.h>

/* Two rows of two channels, from x and from y on, become the planes of both channels. `step`: bytes
 * from a pixel to the next. */
WEFT_LEAF void pair_rows(uint32_t *first, uint32_t *second, const int8_t *x, const int8_t *y,
                         int32_t step, int32_t count)
{
#if WEFT_DSP_ASM
    uint32_t a, b, c;
    __asm__ volatile("1:\n"
                     "ldr %0, [%5]\n ldr %1, [%6]\n"
                     "add %5, %5, %8\n add %6, %6, %8\n"
                     "pkhbt %2, %0, %1, lsl #16\n pkhtb %0, %1, %0, asr #16\n"
                     "str %2, [%3], #4\n str %0, [%4], #4\n"
                     "subs %7, %7, #1\n bne 1b\n"
                     : "=&r"(a), "=&r"(b), "=&r"(c), "+r"(first), "+r"(second), "+r"(x), "+r"(y),
                       "+r"(count)
                     : "r"(step)
                     : "cc", "memory");
#else
    for (; count > 0; count--, x += step, y += step) {
        const uint32_t a = weft_load_32(x), b = weft_load_32(y);
        *first++ = weft_pkhbt_lsl16(a, b);
        *second++ = weft_pkhtb_asr16(a, b);
    }
#endif
}

/* A row of two channels becomes a plane of both. */
WEFT_LEAF void single_row(uint32_t *to, const int8_t *x, int32_t step, int32_t count)
{
    for (; count > 0; count--, x += step) {
        *to++ = weft_load_32(x);
    }
}

/* A row of the last channel, where there is no other one, becomes the low or the high halves. */
static void lone_row(uint32_t *to, const int8_t *x, int32_t step, int32_t count, int high)
{
    for (; count > 0; count--, x += step, to++) {
        const uint32_t value = (uint32_t)*weft_row_s16(x) & 0xffffU;
        *to = high ? *to | value << 16 : value;
    }
}

/* The planes of a channel and the next one, if there is one. */
static void planes(const weft_depthwise_conv_2d_s16_dsp_params *p, uint32_t *to,
                   const int8_t *const *in, int32_t channel)
{
    const int32_t step = 2 * p->input_channels, alone = channel + 1 == p->input_channels;
    int32_t left = p->filter_height;
    for (; left > 0; left -= 2, in += 2 * p->dilation_height, to += 2 * p->plane) {
        const int8_t *const x = in[0] + 2 * channel;
        const int8_t *const y = left > 1 ? in[p->dilation_height] + 2 * channel : x;
        if (alone) {
            lone_row(to, x, step, p->columns, 0);
            if (left > 1) {
                lone_row(to, y, step, p->columns, 1);
            }
        } else if (left > 1) {
            pair_rows(to, to + p->plane, x, y, step, p->columns);
        } else {
            single_row(to, x, step, p->columns);
        }
    }
}

/* The taps of a channel; returns the next channel's weights. */
static const uint32_t *unpack(const weft_depthwise_conv_2d_s16_dsp_params *p, weft_wide_tap *to,
                              const int32_t *offset, const uint32_t *weights)
{
    for (int32_t left = p->taps; left > 0; left -= 2, to += 2) {
        const uint32_t word = *weights++;
        to[0].weights = weft_sxtb16(word);
        to[1].weights = weft_sxtb16_ror8(word);
        to[0].offset = (uint32_t)*offset++;
        to[1].offset = left > 1 ? (uint32_t)*offset++ : 0;
    }
    return weights;
}

/* An output channel of a row; the last four pixels, if others were left, are made apart. */
static void channel(const weft_depthwise_conv_2d_s16_dsp_params *p, weft_wide_row row)
{
    const uint8_t *const x = row.x;
    int16_t *const out = row.out;
    const int32_t whole = p->output_width / 4, last = p->output_width - 4;
    int16_t made[4];
    if (whole > 0) {
        row.fours = whole;
        weft_wide_run_row(&row);
    }
    if ((p->output_width & 3) == 0) {
        return;
    }
    row.fours = 1;
    if (whole > 0) {
        row.x = x + last * row.stride;
        row.out = out + last * row.out_step;
        weft_wide_run_row(&row);
        return;
    }
    row.out = made;
    row.out_step = 1;
    weft_wide_run_row(&row);
    for (int32_t i = 0; i < p->output_width; i++) {
        out[i * p->output_step] = made[i];
    }
}

void weft_depthwise_conv_2d_s16_dsp(const weft_depthwise_conv_2d_s16_dsp_params *p,
                                    const weft_step *s)
{
    weft_wide_tap *const taps = (weft_wide_tap *)(void *)s->scratch;
    uint32_t *const plane = (uint32_t *)(void *)(taps + ((p->taps + 1) & ~1));
    weft_wide_row row = {taps,       taps + p->taps, (const uint8_t *)plane,       4 * p->stride,
                         p->scaling, p->how,         (int16_t *)(void *)s->out[0], p->output_step,
                         0};
    const uint32_t *weights = p->weights;
    memset(plane, 0, (size_t)(p->filter_height * p->plane) * sizeof *plane);
    for (int32_t input = 0; input < p->input_channels; input++) {
        const int32_t *const offsets = p->offsets + (input & 1 ? p->taps : 0);
        if ((input & 1) == 0) {
            planes(p, plane, s->in, input);
        }
        for (int32_t i = 0; i < p->depth_multiplier; i++, row.out++, row.scaling += 4) {
            weights = unpack(p, taps, offsets, weights);
            channel(p, row);
        }
    }
    if (p->clamps) {
        weft_clamp_pixels_s16((int16_t *)(void *)s->out[0], p->output_width,
                              p->input_channels * p->depth_multiplier, p->output_step,
                              p->activation_min, p->activation_max);
    }
}
