/* SPDX-License-Identifier: Apache-2.0
 *
 * Linear units with slopes by the DSP extension, four elements at a time. Twin of Prelu.reference:
 * roundings are those of mul_words.h; both outputs of an element are made, its sign selects one.
 */
#ifndef WEFT_PRELU_WORDS_H
#define WEFT_PRELU_WORDS_H

#include "weft/prelu_s8__dsp.h"
#include "weft/row_runs.h"
#include "weft/simd.h"

typedef struct {
    uint32_t zeros1, zeros2; /* pairs of the operands' zero points, negated */
    uint32_t units;          /* the unit of positive inputs, twice */
    int32_t positive_multiplier, positive_shift, positive_offset;
    int32_t negative_multiplier, negative_shift, negative_offset;
} weft_prelu_numbers;

/* The output for an input in units, and for twice its product with the slope. */
WEFT_INLINE int32_t weft_prelu_output(const weft_prelu_numbers *n, int32_t x, int32_t doubled)
{
    const int32_t above = weft_smmlar(x, n->positive_multiplier, n->positive_offset);
    const int32_t below = weft_smmlar(doubled, n->negative_multiplier, n->negative_offset);
    const int32_t positive = above >> n->positive_shift;
    const int32_t negative = (below + (doubled >> 31)) >> n->negative_shift;
    return weft_ssat8(positive ^ ((positive ^ negative) & (x >> 31)));
}

WEFT_LEAF void weft_prelu_words(const void *params, const int8_t *a, const int8_t *b, int8_t *out,
                                uint32_t words)
{
    const weft_prelu_numbers n = *(const weft_prelu_numbers *)params;
    for (const int8_t *const end = out + 4 * words; out != end; a += 4, b += 4, out += 4) {
        const uint32_t x = weft_load_32(a), y = weft_load_32(b);
        const uint32_t x02 = weft_sxtab16(n.zeros1, x), x13 = weft_sxtab16_ror8(n.zeros1, x);
        const uint32_t once02 = weft_sxtab16(n.zeros2, y), once13 = weft_sxtab16_ror8(n.zeros2, y);
        const uint32_t y02 = weft_sadd16(once02, once02), y13 = weft_sadd16(once13, once13);
        WEFT_STORE_BYTE(out, 0,
                        weft_prelu_output(&n, weft_smulbb(x02, n.units), weft_smulbb(x02, y02)));
        WEFT_STORE_BYTE(out, 2,
                        weft_prelu_output(&n, weft_smultt(x02, n.units), weft_smultt(x02, y02)));
        WEFT_STORE_BYTE(out, 1,
                        weft_prelu_output(&n, weft_smulbb(x13, n.units), weft_smulbb(x13, y13)));
        WEFT_STORE_BYTE(out, 3,
                        weft_prelu_output(&n, weft_smultt(x13, n.units), weft_smultt(x13, y13)));
    }
}

static inline weft_prelu_numbers weft_prelu_numbers_of(const weft_prelu_s8__dsp_params *p)
{
    const weft_prelu_numbers n = {weft_both(-p->zero1),   weft_both(-p->zero2), weft_both(p->unit),
                                  p->positive_multiplier, p->positive_shift,    p->positive_offset,
                                  p->negative_multiplier, p->negative_shift,    p->negative_offset};
    return n;
}

#endif
