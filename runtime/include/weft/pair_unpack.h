/* SPDX-License-Identifier: Apache-2.0
 *
 * From bytes to pairs (weft/simd.h): the inputs of weft/pair_gemm.h. A word gives the pairs of its
 * bytes 0 and 2, and 1 and 3.
 */
#ifndef WEFT_PAIR_UNPACK_H
#define WEFT_PAIR_UNPACK_H

#include "weft/simd.h"

#include <stdint.h>

/* WEFT_UNPACK_WORD: the pairs of a word of each of two vectors in turn; moves all pointers on.
 * WEFT_UNPACK_TWO: those of two words. */
#if WEFT_DSP_ASM
#define WEFT_UNPACK_WORD(to, x, y)                                                                 \
    do {                                                                                           \
        uint32_t a_, b_, pair_;                                                                    \
        __asm__ volatile("ldr %0, [%4], #4\n ldr %1, [%5], #4\n"                                   \
                         "sxtb16 %2, %0\n str %2, [%3], #4\n"                                      \
                         "sxtb16 %2, %1\n str %2, [%3], #4\n"                                      \
                         "sxtb16 %0, %0, ror #8\n str %0, [%3], #4\n"                              \
                         "sxtb16 %1, %1, ror #8\n str %1, [%3], #4\n"                              \
                         : "=&r"(a_), "=&r"(b_), "=&r"(pair_), "+r"(to), "+r"(x), "+r"(y)          \
                         :                                                                         \
                         : "memory");                                                              \
    } while (0)
#define WEFT_UNPACK_TWO(to, x, y)                                                                  \
    do {                                                                                           \
        uint32_t a_, b_, c_, d_, pair_;                                                            \
        __asm__ volatile("ldr %2, [%6, #4]\n ldr %0, [%6], #8\n"                                   \
                         "ldr %3, [%7, #4]\n ldr %1, [%7], #8\n"                                   \
                         "sxtb16 %4, %0\n str %4, [%5], #32\n"                                     \
                         "sxtb16 %4, %1\n str %4, [%5, #-28]\n"                                    \
                         "sxtb16 %0, %0, ror #8\n str %0, [%5, #-24]\n"                            \
                         "sxtb16 %1, %1, ror #8\n str %1, [%5, #-20]\n"                            \
                         "sxtb16 %4, %2\n str %4, [%5, #-16]\n"                                    \
                         "sxtb16 %4, %3\n str %4, [%5, #-12]\n"                                    \
                         "sxtb16 %2, %2, ror #8\n str %2, [%5, #-8]\n"                             \
                         "sxtb16 %3, %3, ror #8\n str %3, [%5, #-4]\n"                             \
                         : "=&r"(a_), "=&r"(b_), "=&r"(c_), "=&r"(d_), "=&r"(pair_), "+r"(to),     \
                           "+r"(x), "+r"(y)                                                        \
                         :                                                                         \
                         : "memory");                                                              \
    } while (0)
#else
#define WEFT_UNPACK_WORD(to, x, y)                                                                 \
    do {                                                                                           \
        const uint32_t a_ = weft_load_32(x), b_ = weft_load_32(y);                                 \
        *(to)++ = weft_sxtb16(a_);                                                                 \
        *(to)++ = weft_sxtb16(b_);                                                                 \
        *(to)++ = weft_sxtb16_ror8(a_);                                                            \
        *(to)++ = weft_sxtb16_ror8(b_);                                                            \
        (x) += 4, (y) += 4;                                                                        \
    } while (0)
#define WEFT_UNPACK_TWO(to, x, y)                                                                  \
    do {                                                                                           \
        WEFT_UNPACK_WORD(to, x, y);                                                                \
        WEFT_UNPACK_WORD(to, x, y);                                                                \
    } while (0)
#endif

#endif
