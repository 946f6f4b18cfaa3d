/* SPDX-License-Identifier: Apache-2.0
 *
 * Four outputs at a time, limited to the range of an activation, by the DSP extension; exact
 * portable C elsewhere.
 */
#ifndef WEFT_BYTE_LIMITS_H
#define WEFT_BYTE_LIMITS_H

#include "weft/simd.h"

/* The range of int8 outputs, each number four times in a word. */
typedef struct {
    uint32_t room; /* 255 + the least - the greatest output: how far 255 is above the range */
    uint32_t base; /* the greatest output + 1, modulo 256 */
} weft_limits;

static inline weft_limits weft_limits_of(int32_t lo, int32_t hi)
{
    const weft_limits found = {(uint32_t)(255 + lo - hi) * 0x01010101U,
                               (uint32_t)(uint8_t)(hi + 1) * 0x01010101U};
    return found;
}

/* x >> shift as uint8, saturated; `shift` is a constant from 1 to 31. And x itself. */
#if WEFT_DSP_ASM
#define WEFT_USAT8_ASR(result, x, shift)                                                           \
    __asm__("usat %0, #8, %1, asr %2" : "=r"(result) : "r"(x), "i"(shift))
#else
#define WEFT_USAT8_ASR(result, x, shift) ((result) = weft_usat8((x) >> (shift)))
#endif
WEFT_DSP_1(uint32_t, weft_usat8, int32_t, "usat %0, #8, %1", a < 0 ? 0 : a > 255 ? 255 : a)

/* Sums of bytes: up to 255, and modulo 256. */
#if WEFT_DSP_ASM
WEFT_DSP_2(uint32_t, weft_uqadd8, uint32_t, uint32_t, "uqadd8 %0, %1, %2", 0)
#else
static inline uint32_t weft_uqadd8(uint32_t a, uint32_t b)
{
    uint32_t r = 0;
    for (int shift = 0; shift < 32; shift += 8) {
        const uint32_t sum = (a >> shift & 255U) + (b >> shift & 255U);
        r |= (sum < 255 ? sum : 255) << shift;
    }
    return r;
}
#endif
WEFT_DSP_2(uint32_t, weft_uadd8, uint32_t, uint32_t, "uadd8 %0, %1, %2",
           ((a & 0x7f7f7f7fU) + (b & 0x7f7f7f7fU)) ^ ((a ^ b) & 0x80808080U))

/* Four outputs, each given as uint8 that counts from the least one; the first in the low byte. */
static inline uint32_t weft_limited(weft_limits to, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    return weft_uadd8(weft_uqadd8(a | b << 8 | (c | d << 8) << 16, to.room), to.base);
}

#endif
