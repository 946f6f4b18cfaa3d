/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums of pixels, channel by channel, by the DSP extension: four channels as two pairs of 16-bit
 * sums. What the kernels of codegen/weft/ops/reduction/pool_2d.py and sums.py share.
 */
#ifndef WEFT_PIXEL_SUMS_H
#define WEFT_PIXEL_SUMS_H

#include "weft/inline.h"
#include "weft/simd.h"

#include <stdint.h>

#define WEFT_PIXELS_OF_PAIRS 256 /* whose sum fits 16 bits */

/* WEFT_TWO_PIXELS: adds four channels of two pixels, `step` bytes apart, to pairs of sums. */
#if WEFT_DSP_ASM
#define WEFT_TWO_PIXELS(even, odd, x, step)                                                        \
    do {                                                                                           \
        uint32_t a_, b_;                                                                           \
        __asm__ volatile("ldr %2, [%4]\n ldr %3, [%4, %5]\n"                                       \
                         "sxtab16 %0, %0, %2\n sxtab16 %1, %1, %2, ror #8\n"                       \
                         "sxtab16 %0, %0, %3\n sxtab16 %1, %1, %3, ror #8"                         \
                         : "+r"(even), "+r"(odd), "=&r"(a_), "=r"(b_)                              \
                         : "r"(x), "r"(step)                                                       \
                         : "memory");                                                              \
    } while (0)
#else
#define WEFT_TWO_PIXELS(even, odd, x, step)                                                        \
    do {                                                                                           \
        const uint32_t a_ = weft_load_32(x), b_ = weft_load_32((x) + (step));                      \
        (even) = weft_sxtab16(weft_sxtab16(even, a_), b_);                                         \
        (odd) = weft_sxtab16_ror8(weft_sxtab16_ror8(odd, a_), b_);                                 \
    } while (0)
#endif

/* sums[0..channels - 1] += at most WEFT_PIXELS_OF_PAIRS pixels, which are `step` bytes apart. */
WEFT_LEAF void weft_add_some_pixels(const int8_t *x, int32_t step, int32_t pixels, int32_t channels,
                                    int32_t *sums)
{
    const int32_t *const fours = sums + (channels & ~3), *const all = sums + channels;
    for (; sums != fours; sums += 4, x += 4) {
        const int8_t *from = x;
        uint32_t even = 0, odd = 0;
        if ((pixels & 1) != 0) {
            const uint32_t word = weft_load_32(from);
            even = weft_sxtb16(word);
            odd = weft_sxtb16_ror8(word);
            from += step;
        }
        for (int32_t twos = pixels >> 1; twos > 0; twos--, from += 2 * step) {
            WEFT_TWO_PIXELS(even, odd, from, step);
        }
        sums[0] += weft_low(even), sums[1] += weft_low(odd);
        sums[2] += weft_high(even), sums[3] += weft_high(odd);
    }
    for (; sums != all; sums++, x++) {
        for (int32_t i = 0; i < pixels; i++) {
            *sums += x[i * step];
        }
    }
}

/* The same for any number of pixels. */
static inline void weft_add_pixels(const int8_t *x, int32_t step, int32_t pixels, int32_t channels,
                                   int32_t *sums)
{
    for (int32_t some; pixels > 0; pixels -= some, x += some * step) {
        some = pixels < WEFT_PIXELS_OF_PAIRS ? pixels : WEFT_PIXELS_OF_PAIRS;
        weft_add_some_pixels(x, step, some, channels, sums);
    }
}

#endif
