/* SPDX-License-Identifier: Apache-2.0
 *
 * Products of int8 rows by the DSP extension, four elements at a time. Twin of Mul.reference, with
 * both of its roundings: the product is doubled because its upper word is wanted, which rounds
 * halves up; of the second rounding, halves go away from zero because 1 is taken from what is
 * negative.
 */
#ifndef WEFT_MUL_WORDS_H
#define WEFT_MUL_WORDS_H

#include "weft/byte_limits.h"
#include "weft/mul_s8__dsp.h"
#include "weft/row_runs.h"
#include "weft/simd.h"

typedef struct {
    uint32_t zeros1, zeros2; /* pairs of the operands' zero points, negated */
    int32_t multiplier, shift, offset;
    weft_limits limits;
} weft_mul_numbers;

/* Two elements of each operand without their zero points, that of operand 1 doubled, as pairs. */
typedef struct {
    uint32_t x, y;
} weft_mul_pairs;

/* Elements 0 and 2 of a word of each operand, and elements 1 and 3. */
WEFT_INLINE weft_mul_pairs weft_mul_even(const weft_mul_numbers *n, uint32_t x, uint32_t y)
{
    const uint32_t once = weft_sxtab16(n->zeros1, x);
    const weft_mul_pairs found = {weft_sadd16(once, once), weft_sxtab16(n->zeros2, y)};
    return found;
}

WEFT_INLINE weft_mul_pairs weft_mul_odd(const weft_mul_numbers *n, uint32_t x, uint32_t y)
{
    const uint32_t once = weft_sxtab16_ror8(n->zeros1, x);
    const weft_mul_pairs found = {weft_sadd16(once, once), weft_sxtab16_ror8(n->zeros2, y)};
    return found;
}

/* The output for twice a product, without saturation. */
WEFT_INLINE int32_t weft_mul_scaled(const weft_mul_numbers *n, int32_t doubled)
{
    return (weft_smmlar(doubled, n->multiplier, n->offset) + (doubled >> 31)) >> n->shift;
}

/* Outputs that may be any int8. */
WEFT_LEAF void weft_mul_words(const void *params, const int8_t *a, const int8_t *b, int8_t *out,
                              uint32_t words)
{
    const weft_mul_numbers n = *(const weft_mul_numbers *)params;
    for (const int8_t *const end = out + 4 * words; out != end; a += 4, b += 4, out += 4) {
        const uint32_t x = weft_load_32(a), y = weft_load_32(b);
        const weft_mul_pairs of02 = weft_mul_even(&n, x, y), of13 = weft_mul_odd(&n, x, y);
        WEFT_STORE_BYTE(out, 0, weft_ssat8(weft_mul_scaled(&n, weft_smulbb(of02.x, of02.y))));
        WEFT_STORE_BYTE(out, 2, weft_ssat8(weft_mul_scaled(&n, weft_smultt(of02.x, of02.y))));
        WEFT_STORE_BYTE(out, 1, weft_ssat8(weft_mul_scaled(&n, weft_smulbb(of13.x, of13.y))));
        WEFT_STORE_BYTE(out, 3, weft_ssat8(weft_mul_scaled(&n, weft_smultt(of13.x, of13.y))));
    }
}

/* Outputs of a range; the offset makes them count from its least. */
WEFT_LEAF void weft_mul_words_within(const void *params, const int8_t *a, const int8_t *b,
                                     int8_t *out, uint32_t words)
{
    const weft_mul_numbers n = *(const weft_mul_numbers *)params;
    for (const int8_t *const end = out + 4 * words; out != end; a += 4, b += 4, out += 4) {
        const uint32_t x = weft_load_32(a), y = weft_load_32(b);
        const weft_mul_pairs of02 = weft_mul_even(&n, x, y), of13 = weft_mul_odd(&n, x, y);
        const uint32_t r0 = weft_usat8(weft_mul_scaled(&n, weft_smulbb(of02.x, of02.y)));
        const uint32_t r2 = weft_usat8(weft_mul_scaled(&n, weft_smultt(of02.x, of02.y)));
        const uint32_t r1 = weft_usat8(weft_mul_scaled(&n, weft_smulbb(of13.x, of13.y)));
        const uint32_t r3 = weft_usat8(weft_mul_scaled(&n, weft_smultt(of13.x, of13.y)));
        weft_store_32(out, weft_limited(n.limits, r0, r1, r2, r3));
    }
}

static inline weft_mul_numbers weft_mul_numbers_of(const weft_mul_s8__dsp_params *p)
{
    const weft_mul_numbers n = {
        weft_both(-p->zero1),        weft_both(-p->zero2), p->multiplier, p->shift, p->offset,
        weft_limits_of(p->lo, p->hi)};
    return n;
}

static inline weft_words weft_mul_words_of(const weft_mul_s8__dsp_params *p)
{
    return p->lo > -128 || p->hi < 127 ? weft_mul_words_within : weft_mul_words;
}

#endif
