/* SPDX-License-Identifier: Apache-2.0
 *
 * The outputs of Winograd's F(4x4, 3x3): 36 sums of products m become 4 by 4 outputs. A' m A is 576
 * times the sums of the convolution, modulo 2^32; that times 4/9 is 256 times the sums, exactly,
 * because 9 has an inverse and they are below 2^23. From there two ways, with the four numbers of a
 * channel: start (256 times what is added to sums, and an offset), multiplier, addend, shift:
 *   folded (shift is 0): upper_word((256 * sum + start) * multiplier) >> WEFT_WINOGRAD_SHIFT
 *   scaled exactly, with twice = (256 * sum + start) >> 7:
 *     (rounded_upper_word(twice * multiplier) + addend - (twice < 0)) >> shift
 */
#ifndef WEFT_WINOGRAD_OUTPUTS_H
#define WEFT_WINOGRAD_OUTPUTS_H

#include "weft/winograd_products.h"

#define WEFT_WINOGRAD_SHIFT 11                 /* as codegen/weft/ops/weighted/winograd.py has it */
#define WEFT_WINOGRAD_4_9 UINT32_C(0xe38e38e4) /* 4/9 modulo 2^32 */

/* Where the outputs of a tile go: `count` rows, and bytes from one column to the next. */
typedef struct {
    int8_t *rows[WEFT_WINOGRAD_OUT];
    int32_t count, step;
} weft_winograd_output;

/* Four sums from six, A' times them: m0 + m1 + m2 + m3 + m4, m1 - m2 + 2 m3 - 2 m4,
 * m1 + m2 + 4 m3 + 4 m4, m1 - m2 + 8 m3 - 8 m4 + 2 m5. */
WEFT_INLINE void weft_winograd_a(uint32_t *out, const uint32_t *m)
{
    const uint32_t plus = m[1] + m[2], minus = m[1] - m[2];
    const uint32_t plus_2 = m[3] + m[4], minus_2 = m[3] - m[4];
    out[0] = m[0] + plus + plus_2;
    out[1] = minus + (minus_2 << 1);
    out[2] = plus + (plus_2 << 2);
    out[3] = minus + (m[5] << 1) + (minus_2 << 3);
}

/* The sums of all columns of positions, of all channels and tiles, times A', in their place. */
WEFT_LEAF void weft_winograd_down(uint32_t *sums)
{
    const int32_t next = WEFT_WINOGRAD_SIDE * WEFT_WINOGRAD_SUMS;
    for (uint32_t *const end = sums + next; sums != end; sums++) {
        uint32_t m[WEFT_WINOGRAD_SIDE] = {sums[0],        sums[next],     sums[2 * next],
                                          sums[3 * next], sums[4 * next], sums[5 * next]};
        weft_winograd_a(m, m);
        sums[next] = m[1], sums[2 * next] = m[2], sums[3 * next] = m[3], sums[0] = m[0];
    }
}

WEFT_INLINE int8_t weft_winograd_folded(uint32_t sum, const int32_t *numbers)
{
    const uint32_t word = sum * WEFT_WINOGRAD_4_9 + (uint32_t)numbers[0];
    int32_t out;
    WEFT_SSAT8_ASR(out, weft_smmul((int32_t)word, numbers[1]), WEFT_WINOGRAD_SHIFT);
    return (int8_t)out;
}

WEFT_INLINE int8_t weft_winograd_scaled(uint32_t sum, const int32_t *numbers)
{
    const uint32_t word = sum * WEFT_WINOGRAD_4_9 + (uint32_t)numbers[0];
    const int32_t twice = (int32_t)word >> 7;
    const int32_t scaled = weft_smmlar(twice, numbers[1], numbers[2]);
    return (int8_t)weft_ssat8((scaled + (twice >> 31)) >> numbers[3]);
}

/* The outputs of a channel of a tile, from those sums. */
#define WEFT_WINOGRAD_ACROSS(name, output)                                                         \
    WEFT_LEAF void name(const uint32_t *sums, const int32_t *numbers, int32_t channel,             \
                        const weft_winograd_output *to)                                            \
    {                                                                                              \
        const int32_t next = WEFT_WINOGRAD_SUMS, step = to->step;                                  \
        const int32_t how[4] = {numbers[0], numbers[1], numbers[2], numbers[3]};                   \
        int8_t *const *const end = to->rows + to->count;                                           \
        for (int8_t *const *row = to->rows; row != end; row++) {                                   \
            uint32_t m[WEFT_WINOGRAD_SIDE] = {sums[0],        sums[next],     sums[2 * next],      \
                                              sums[3 * next], sums[4 * next], sums[5 * next]};     \
            weft_winograd_a(m, m);                                                                 \
            int8_t *out = *row + channel;                                                          \
            out[0] = output(m[0], how);                                                            \
            out += step;                                                                           \
            out[0] = output(m[1], how);                                                            \
            out += step;                                                                           \
            out[0] = output(m[2], how);                                                            \
            out += step;                                                                           \
            out[0] = output(m[3], how);                                                            \
            sums += WEFT_WINOGRAD_SIDE * next;                                                     \
        }                                                                                          \
    }
WEFT_WINOGRAD_ACROSS(weft_winograd_across_folded, weft_winograd_folded)
WEFT_WINOGRAD_ACROSS(weft_winograd_across_scaled, weft_winograd_scaled)

/* The outputs of up to four channels of a tile. */
static inline void weft_winograd_outputs(const uint32_t *sums, const int32_t *numbers,
                                         int32_t channel, int32_t end,
                                         const weft_winograd_output *to)
{
    for (numbers += 4 * channel; channel < end; channel++, sums++, numbers += 4) {
        if (numbers[3] == 0) {
            weft_winograd_across_folded(sums, numbers, channel, to);
        } else {
            weft_winograd_across_scaled(sums, numbers, channel, to);
        }
    }
}

#endif
