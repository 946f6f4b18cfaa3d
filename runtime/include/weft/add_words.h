/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums and differences of int8 rows by the DSP extension, four elements at a time. Twin of
 * Add.reference and Sub.reference: the compiler has compared the outputs for all 65,536 pairs of
 * operands.
 */
#ifndef WEFT_ADD_WORDS_H
#define WEFT_ADD_WORDS_H

#include "weft/byte_limits.h"
#include "weft/row_runs.h"
#include "weft/simd.h"

typedef struct {
    int32_t factor1, factor2;
    int32_t middle; /* what is added to the sum of products */
    int32_t offset; /* what is added if that is signed: then 1 is taken from a negative sum */
    weft_limits limits;
} weft_add_numbers;

/* An output, times 2^21, for the sum of products. */
WEFT_INLINE int32_t weft_add_rounded(const weft_add_numbers *n, int32_t sum, int is_signed)
{
    return is_signed ? sum + (sum >> 31) + n->offset : sum;
}

/* The same from the low or high halves of x and y, which are the operands times 256. */
#define WEFT_ADD(half, n, x, y, is_signed)                                                         \
    weft_add_rounded(                                                                              \
        n, weft_smlaw##half((n)->factor2, y, weft_smlaw##half((n)->factor1, x, (n)->middle)),      \
        is_signed)

/* Outputs that may be any int8. `is_signed` is a constant, as below. */
WEFT_INLINE void weft_add_all(const weft_add_numbers *p, const int8_t *a, const int8_t *b,
                              int8_t *out, uint32_t words, int is_signed)
{
    const weft_add_numbers n = *p;
    const uint32_t mask = 0xff00ff00U;
    for (const int8_t *const end = out + 4 * words; out != end; a += 4, b += 4, out += 4) {
        const uint32_t x = weft_load_32(a), y = weft_load_32(b);
        const uint32_t x02 = x << 8 & mask, y02 = y << 8 & mask, x13 = x & mask, y13 = y & mask;
        int32_t r;
        WEFT_SSAT8_ASR(r, WEFT_ADD(b, &n, x02, y02, is_signed), 21);
        WEFT_STORE_BYTE(out, 0, r);
        WEFT_SSAT8_ASR(r, WEFT_ADD(b, &n, x13, y13, is_signed), 21);
        WEFT_STORE_BYTE(out, 1, r);
        WEFT_SSAT8_ASR(r, WEFT_ADD(t, &n, x02, y02, is_signed), 21);
        WEFT_STORE_BYTE(out, 2, r);
        WEFT_SSAT8_ASR(r, WEFT_ADD(t, &n, x13, y13, is_signed), 21);
        WEFT_STORE_BYTE(out, 3, r);
    }
}

/* Outputs of a range, which count from its least. */
WEFT_INLINE void weft_add_within(const weft_add_numbers *p, const int8_t *a, const int8_t *b,
                                 int8_t *out, uint32_t words, int is_signed)
{
    const weft_add_numbers n = *p;
    const uint32_t mask = 0xff00ff00U;
    for (const int8_t *const end = out + 4 * words; out != end; a += 4, b += 4, out += 4) {
        const uint32_t x = weft_load_32(a), y = weft_load_32(b);
        const uint32_t x02 = x << 8 & mask, y02 = y << 8 & mask, x13 = x & mask, y13 = y & mask;
        uint32_t r0, r1, r2, r3;
        WEFT_USAT8_ASR(r0, WEFT_ADD(b, &n, x02, y02, is_signed), 21);
        WEFT_USAT8_ASR(r1, WEFT_ADD(b, &n, x13, y13, is_signed), 21);
        WEFT_USAT8_ASR(r2, WEFT_ADD(t, &n, x02, y02, is_signed), 21);
        WEFT_USAT8_ASR(r3, WEFT_ADD(t, &n, x13, y13, is_signed), 21);
        weft_store_32(out, weft_limited(n.limits, r0, r1, r2, r3));
    }
}

/* WEFT_ADD_WORDS: the functions of words, and `words_of`, which gives the one for a range. */
#define WEFT_ADD_WORDS(is_signed)                                                                  \
    WEFT_LEAF void add_all(const void *params, const int8_t *a, const int8_t *b, int8_t *out,      \
                           uint32_t words)                                                         \
    {                                                                                              \
        weft_add_all((const weft_add_numbers *)params, a, b, out, words, is_signed);               \
    }                                                                                              \
    WEFT_LEAF void add_within(const void *params, const int8_t *a, const int8_t *b, int8_t *out,   \
                              uint32_t words)                                                      \
    {                                                                                              \
        weft_add_within((const weft_add_numbers *)params, a, b, out, words, is_signed);            \
    }                                                                                              \
    static weft_words words_of(int32_t lo, int32_t hi)                                             \
    {                                                                                              \
        return lo > -128 || hi < 127 ? add_within : add_all;                                       \
    }

#endif
