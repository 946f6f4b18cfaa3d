/* SPDX-License-Identifier: Apache-2.0
 *
 * Extremes of four int8 at a time by the DSP extension, exact portable C elsewhere.
 */
#ifndef WEFT_BYTE_EXTREMES_H
#define WEFT_BYTE_EXTREMES_H

#include "weft/simd.h"

/* The greater, or the lesser, of each two bytes; the comparison sets flags, which SEL reads. */
#if WEFT_DSP_ASM
static inline uint32_t weft_smax8(uint32_t a, uint32_t b)
{
    uint32_t r;
    __asm__("ssub8 %0, %1, %2\n sel %0, %1, %2" : "=&r"(r) : "r"(a), "r"(b));
    return r;
}

static inline uint32_t weft_smin8(uint32_t a, uint32_t b)
{
    uint32_t r;
    __asm__("ssub8 %0, %1, %2\n sel %0, %2, %1" : "=&r"(r) : "r"(a), "r"(b));
    return r;
}
#else
static inline uint32_t weft_smax8(uint32_t a, uint32_t b)
{
    uint32_t r = 0;
    for (int shift = 0; shift < 32; shift += 8) {
        const int8_t x = (int8_t)(uint8_t)(a >> shift), y = (int8_t)(uint8_t)(b >> shift);
        r |= (uint32_t)(uint8_t)(x > y ? x : y) << shift;
    }
    return r;
}

static inline uint32_t weft_smin8(uint32_t a, uint32_t b)
{
    return ~weft_smax8(~a, ~b);
}
#endif

#endif
