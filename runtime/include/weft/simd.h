/* SPDX-License-Identifier: Apache-2.0
 *
 * The DSP instructions of Armv7E-M and Armv8-M: one instruction each on GCC, Clang and armclang
 * where the core has them, exact portable C elsewhere. A pair is a 32-bit word that holds two
 * int16 values, the first in the low half. Sums wrap modulo 2^32, as in the instructions.
 */
#ifndef WEFT_SIMD_H
#define WEFT_SIMD_H

#include <stdint.h>
#include <string.h>

/* 1 where the core has the instructions and the compiler takes GNU assembly. */
#ifndef WEFT_DSP_ASM
#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__) && defined(__GNUC__) && !defined(__ARMEB__)
#define WEFT_DSP_ASM 1
#else
#define WEFT_DSP_ASM 0
#endif
#endif

/* Four bytes as a word, the first in the low byte; any alignment. */
static inline uint32_t weft_load_32(const void *from)
{
#if WEFT_DSP_ASM
    uint32_t word;
    memcpy(&word, from, sizeof word);
    return word;
#else
    const uint8_t *b = (const uint8_t *)from;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
#endif
}

/* The opposite. */
static inline void weft_store_32(void *to, uint32_t word)
{
#if WEFT_DSP_ASM
    memcpy(to, &word, sizeof word);
#else
    uint8_t *b = (uint8_t *)to;
    b[0] = (uint8_t)word;
    b[1] = (uint8_t)(word >> 8);
    b[2] = (uint8_t)(word >> 16);
    b[3] = (uint8_t)(word >> 24);
#endif
}

/* The halves of a pair. */
static inline int32_t weft_low(uint32_t pair)
{
    return (int16_t)(uint16_t)pair;
}

static inline int32_t weft_high(uint32_t pair)
{
    return (int16_t)(uint16_t)(pair >> 16);
}

/* A pair of one value. */
static inline uint32_t weft_both(int32_t x)
{
    return ((uint32_t)x & 0xffffU) | (uint32_t)x << 16;
}

/* WEFT_DSP_2 and WEFT_DSP_3 define the function of an instruction with two or three operands:
 * `text` is the instruction, `exact` the expression that gives the same. */
#if WEFT_DSP_ASM
#define WEFT_DSP_1(result, name, A, text, exact)                                                   \
    static inline result name(A a)                                                                 \
    {                                                                                              \
        result r;                                                                                  \
        __asm__(text : "=r"(r) : "r"(a));                                                          \
        return r;                                                                                  \
    }
#define WEFT_DSP_2(result, name, A, B, text, exact)                                                \
    static inline result name(A a, B b)                                                            \
    {                                                                                              \
        result r;                                                                                  \
        __asm__(text : "=r"(r) : "r"(a), "r"(b));                                                  \
        return r;                                                                                  \
    }
#define WEFT_DSP_3(result, name, A, B, C, text, exact)                                             \
    static inline result name(A a, B b, C c)                                                       \
    {                                                                                              \
        result r;                                                                                  \
        __asm__(text : "=r"(r) : "r"(a), "r"(b), "r"(c));                                          \
        return r;                                                                                  \
    }
#else
#define WEFT_DSP_1(result, name, A, text, exact)                                                   \
    static inline result name(A a)                                                                 \
    {                                                                                              \
        return (result)(exact);                                                                    \
    }
#define WEFT_DSP_2(result, name, A, B, text, exact)                                                \
    static inline result name(A a, B b)                                                            \
    {                                                                                              \
        return (result)(exact);                                                                    \
    }
#define WEFT_DSP_3(result, name, A, B, C, text, exact)                                             \
    static inline result name(A a, B b, C c)                                                       \
    {                                                                                              \
        return (result)(exact);                                                                    \
    }
#endif

/* The product of two halves, and the upper word of a 64-bit product. */
#define WEFT_PRODUCT(x, y) ((uint32_t)((x) * (y)))
#define WEFT_UPPER(a, b, round) ((uint32_t)(((int64_t)(a) * (b) + (round)) >> 32))
#define WEFT_HALF (INT64_C(1) << 31)

/* Bytes 0 and 2, or 1 and 3, of a word as a pair. */
#define WEFT_BYTES(x)                                                                              \
    (((uint32_t)(int32_t)(int8_t)(uint8_t)(x) & 0xffffU) |                                         \
     (uint32_t)(int32_t)(int8_t)(uint8_t)((x) >> 16) << 16)
WEFT_DSP_1(uint32_t, weft_sxtb16, uint32_t, "sxtb16 %0, %1", WEFT_BYTES(a))
WEFT_DSP_1(uint32_t, weft_sxtb16_ror8, uint32_t, "sxtb16 %0, %1, ror #8", WEFT_BYTES(a >> 8))

/* Those bytes of b added to the halves of a, which wrap. */
WEFT_DSP_2(uint32_t, weft_sxtab16, uint32_t, uint32_t, "sxtab16 %0, %1, %2",
           ((a + WEFT_BYTES(b)) & 0xffffU) | (((a >> 16) + (WEFT_BYTES(b) >> 16)) << 16))
WEFT_DSP_2(uint32_t, weft_sxtab16_ror8, uint32_t, uint32_t, "sxtab16 %0, %1, %2, ror #8",
           ((a + WEFT_BYTES(b >> 8)) & 0xffffU) | (((a >> 16) + (WEFT_BYTES(b >> 8) >> 16)) << 16))

/* Sums and differences of the halves, which wrap. */
WEFT_DSP_2(uint32_t, weft_sadd16, uint32_t, uint32_t, "sadd16 %0, %1, %2",
           ((a + b) & 0xffffU) | (((a >> 16) + (b >> 16)) << 16))
WEFT_DSP_2(uint32_t, weft_ssub16, uint32_t, uint32_t, "ssub16 %0, %1, %2",
           ((a - b) & 0xffffU) | (((a >> 16) - (b >> 16)) << 16))

/* Sum of the products of the halves; the same added to c. */
WEFT_DSP_2(int32_t, weft_smuad, uint32_t, uint32_t, "smuad %0, %1, %2",
           WEFT_PRODUCT(weft_low(a), weft_low(b)) + WEFT_PRODUCT(weft_high(a), weft_high(b)))
WEFT_DSP_3(int32_t, weft_smlad, uint32_t, uint32_t, int32_t, "smlad %0, %1, %2, %3",
           (uint32_t)c + WEFT_PRODUCT(weft_low(a), weft_low(b)) +
               WEFT_PRODUCT(weft_high(a), weft_high(b)))

/* The product of the low halves, and of the high ones. */
WEFT_DSP_2(int32_t, weft_smulbb, uint32_t, uint32_t, "smulbb %0, %1, %2",
           WEFT_PRODUCT(weft_low(a), weft_low(b)))
WEFT_DSP_2(int32_t, weft_smultt, uint32_t, uint32_t, "smultt %0, %1, %2",
           WEFT_PRODUCT(weft_high(a), weft_high(b)))

/* c + one half of a (b: low, t: high) times one half of b. */
WEFT_DSP_3(int32_t, weft_smlabb, uint32_t, uint32_t, int32_t, "smlabb %0, %1, %2, %3",
           (uint32_t)c + WEFT_PRODUCT(weft_low(a), weft_low(b)))
WEFT_DSP_3(int32_t, weft_smlabt, uint32_t, uint32_t, int32_t, "smlabt %0, %1, %2, %3",
           (uint32_t)c + WEFT_PRODUCT(weft_low(a), weft_high(b)))
WEFT_DSP_3(int32_t, weft_smlatb, uint32_t, uint32_t, int32_t, "smlatb %0, %1, %2, %3",
           (uint32_t)c + WEFT_PRODUCT(weft_high(a), weft_low(b)))
WEFT_DSP_3(int32_t, weft_smlatt, uint32_t, uint32_t, int32_t, "smlatt %0, %1, %2, %3",
           (uint32_t)c + WEFT_PRODUCT(weft_high(a), weft_high(b)))

/* c + a times the low or the high half of b, without the product's low 16 bits. */
WEFT_DSP_3(int32_t, weft_smlawb, int32_t, uint32_t, int32_t, "smlawb %0, %1, %2, %3",
           (uint32_t)c + (uint32_t)((int64_t)a * weft_low(b) >> 16))
WEFT_DSP_3(int32_t, weft_smlawt, int32_t, uint32_t, int32_t, "smlawt %0, %1, %2, %3",
           (uint32_t)c + (uint32_t)((int64_t)a * weft_high(b) >> 16))

/* The upper word of a * b, rounded down, or to nearest (r); the same added to c. */
WEFT_DSP_2(int32_t, weft_smmul, int32_t, int32_t, "smmul %0, %1, %2", WEFT_UPPER(a, b, 0))
WEFT_DSP_2(int32_t, weft_smmulr, int32_t, int32_t, "smmulr %0, %1, %2", WEFT_UPPER(a, b, WEFT_HALF))
WEFT_DSP_3(int32_t, weft_smmla, int32_t, int32_t, int32_t, "smmla %0, %1, %2, %3",
           (uint32_t)c + WEFT_UPPER(a, b, 0))
WEFT_DSP_3(int32_t, weft_smmlar, int32_t, int32_t, int32_t, "smmlar %0, %1, %2, %3",
           (uint32_t)c + WEFT_UPPER(a, b, WEFT_HALF))

/* The low half of a and the high half of b; the low halves; the high halves. a's comes first. */
WEFT_DSP_2(uint32_t, weft_pkhbt, uint32_t, uint32_t, "pkhbt %0, %1, %2",
           (a & 0xffffU) | (b & 0xffff0000U))
WEFT_DSP_2(uint32_t, weft_pkhbt_lsl16, uint32_t, uint32_t, "pkhbt %0, %1, %2, lsl #16",
           (a & 0xffffU) | b << 16)
WEFT_DSP_2(uint32_t, weft_pkhtb_asr16, uint32_t, uint32_t, "pkhtb %0, %2, %1, asr #16",
           a >> 16 | (b & 0xffff0000U))

/* x as int8, saturated. */
WEFT_DSP_1(int32_t, weft_ssat8, int32_t, "ssat %0, #8, %1", a < -128 ? -128 : a > 127 ? 127 : a)

/* x >> shift as int8, saturated; `shift` is a constant from 1 to 31. */
#if WEFT_DSP_ASM
#define WEFT_SSAT8_ASR(result, x, shift)                                                           \
    __asm__("ssat %0, #8, %1, asr %2" : "=r"(result) : "r"(x), "i"(shift))
#else
#define WEFT_SSAT8_ASR(result, x, shift) ((result) = weft_ssat8((x) >> (shift)))
#endif

/* to[at] = x for a constant `at`; compilers would rather make a word of neighboring bytes, by an
 * instruction for each of them. */
#if WEFT_DSP_ASM
#define WEFT_STORE_BYTE(to, at, x)                                                                 \
    __asm__ volatile("strb %1, [%0, %2]" : : "r"(to), "r"(x), "i"(at) : "memory")
#else
#define WEFT_STORE_BYTE(to, at, x) ((to)[at] = (int8_t)(x))
#endif

/* Stores four words; as single stores, which are faster than what compilers make of them. */
static inline void weft_store_4(uint32_t *to, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
#if WEFT_DSP_ASM
    __asm__ volatile("str %1, [%0]\n str %2, [%0, #4]\n str %3, [%0, #8]\n str %4, [%0, #12]"
                     :
                     : "r"(to), "r"(a), "r"(b), "r"(c), "r"(d)
                     : "memory");
#else
    to[0] = a, to[1] = b, to[2] = c, to[3] = d;
#endif
}

#undef WEFT_PRODUCT
#undef WEFT_UPPER
#undef WEFT_HALF
#undef WEFT_BYTES

#endif
