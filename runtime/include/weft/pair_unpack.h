/* SPDX-License-Identifier: Apache-2.0
 *
 * From bytes to pairs (weft/simd.h): the inputs of weft/pair_gemm.h. A word gives the pairs of its
 * bytes 0 and 2, and 1 and 3.
 */
#ifndef WEFT_PAIR_UNPACK_H
#define WEFT_PAIR_UNPACK_H

#include "weft/simd.h"

#include <stdint.h>

/* Pairs of two vectors in turn; returns where the next ones go. `bytes` is a multiple of 4. */
static inline uint32_t *weft_unpack_2(uint32_t *to, const int8_t *x, const int8_t *y, int32_t bytes)
{
    const int8_t *const end = x + bytes;
    if ((bytes & 4) != 0) {
        const uint32_t a = weft_load_32(x), b = weft_load_32(y);
        to[0] = weft_sxtb16(a);
        to[1] = weft_sxtb16(b);
        to[2] = weft_sxtb16_ror8(a);
        to[3] = weft_sxtb16_ror8(b);
        x += 4, y += 4, to += 4;
    }
    while (x != end) {
#if WEFT_DSP_ASM
        uint32_t a, b, c, d, pair;
        __asm__ volatile("ldr %0, [%6], #4\n"
                         "ldr %1, [%7], #4\n"
                         "ldr %2, [%6], #4\n"
                         "ldr %3, [%7], #4\n"
                         "sxtb16 %4, %0\n"
                         "str %4, [%5], #4\n"
                         "sxtb16 %4, %1\n"
                         "str %4, [%5], #4\n"
                         "sxtb16 %4, %0, ror #8\n"
                         "str %4, [%5], #4\n"
                         "sxtb16 %4, %1, ror #8\n"
                         "str %4, [%5], #4\n"
                         "sxtb16 %4, %2\n"
                         "str %4, [%5], #4\n"
                         "sxtb16 %4, %3\n"
                         "str %4, [%5], #4\n"
                         "sxtb16 %4, %2, ror #8\n"
                         "str %4, [%5], #4\n"
                         "sxtb16 %4, %3, ror #8\n"
                         "str %4, [%5], #4\n"
                         : "=&r"(a), "=&r"(b), "=&r"(c), "=&r"(d), "=&r"(pair), "+r"(to), "+r"(x),
                           "+r"(y)
                         :
                         : "memory");
#else
        for (int32_t i = 0; i < 8; i += 4, to += 4) {
            const uint32_t a = weft_load_32(x + i), b = weft_load_32(y + i);
            to[0] = weft_sxtb16(a);
            to[1] = weft_sxtb16(b);
            to[2] = weft_sxtb16_ror8(a);
            to[3] = weft_sxtb16_ror8(b);
        }
        x += 8, y += 8;
#endif
    }
    return to;
}

/* Pairs of one vector. */
static inline uint32_t *weft_unpack_1(uint32_t *to, const int8_t *x, int32_t bytes)
{
    for (const int8_t *const end = x + bytes; x != end; x += 4, to += 2) {
        const uint32_t a = weft_load_32(x);
        to[0] = weft_sxtb16(a);
        to[1] = weft_sxtb16_ror8(a);
    }
    return to;
}

#endif
