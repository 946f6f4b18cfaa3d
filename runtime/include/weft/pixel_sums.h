/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums of pixels, channel by channel, by the DSP extension: four channels as two pairs of 16-bit
 * sums. What the kernels of codegen/weft/ops/pool_2d.py and sums.py share.
 */
#ifndef WEFT_PIXEL_SUMS_H
#define WEFT_PIXEL_SUMS_H

#include "weft/simd.h"

#include <stdint.h>

#define WEFT_PIXELS_OF_PAIRS 256 /* whose sum fits 16 bits */

/* sums[0..3] += four channels of `pixels` pixels, which are `step` bytes apart. */
static inline void weft_add_pixels_4(const int8_t *x, int32_t step, int32_t pixels, int32_t *sums)
{
    while (pixels > 0) {
        const int32_t some = pixels < WEFT_PIXELS_OF_PAIRS ? pixels : WEFT_PIXELS_OF_PAIRS;
        uint32_t even = 0, odd = 0;
        pixels -= some;
        for (const int8_t *const end = x + some * step; x != end; x += step) {
            const uint32_t word = weft_load_32(x);
            even = weft_sxtab16(even, word);
            odd = weft_sxtab16_ror8(odd, word);
        }
        sums[0] += weft_low(even), sums[1] += weft_low(odd);
        sums[2] += weft_high(even), sums[3] += weft_high(odd);
    }
}

/* The same for any number of channels. */
static inline void weft_add_pixels(const int8_t *x, int32_t step, int32_t pixels, int32_t channels,
                                   int32_t *sums)
{
    for (; channels >= 4; channels -= 4, x += 4, sums += 4) {
        weft_add_pixels_4(x, step, pixels, sums);
    }
    for (; channels > 0; channels--, x++, sums++) {
        for (int32_t i = 0; i < pixels; i++) {
            *sums += x[i * step];
        }
    }
}

#endif
