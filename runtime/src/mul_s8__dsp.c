/* SPDX-License-Identifier: Apache-2.0
 *
 * Products of int8 rows by the DSP extension, four elements at a time. Twin of Mul.reference, with
 * both of its roundings: the product is doubled because its upper word is wanted, which rounds
 * halves up; of the second rounding, halves go away from zero because 1 is taken from what is
 * negative.
 */
#include "weft/mul_s8__dsp.h"

#include "weft/row_runs.h"
#include "weft/simd.h"

typedef struct {
    uint32_t zeros1, zeros2; /* pairs of the operands' zero points, negated */
    int32_t multiplier, shift, offset;
} numbers;

/* The output for twice a product. */
WEFT_INLINE int32_t output(const numbers *n, int32_t doubled)
{
    const int32_t rounded = weft_smmlar(doubled, n->multiplier, n->offset) + (doubled >> 31);
    return weft_ssat8(rounded >> n->shift);
}

/* Outputs of `words` times four elements; leaves the rest. */
WEFT_LEAF void mul_words(const numbers *p, const int8_t *a, const int8_t *b, int8_t *out,
                         uint32_t words)
{
    const numbers n = *p;
    for (const int8_t *const end = out + 4 * words; out != end; a += 4, b += 4, out += 4) {
        const uint32_t x = weft_load_32(a), y = weft_load_32(b);
        const uint32_t x02 = weft_sxtab16(n.zeros1, x), y02 = weft_sxtab16(n.zeros2, y);
        const uint32_t x13 = weft_sxtab16_ror8(n.zeros1, x), y13 = weft_sxtab16_ror8(n.zeros2, y);
        const uint32_t twice02 = weft_sadd16(x02, x02), twice13 = weft_sadd16(x13, x13);
        WEFT_STORE_BYTE(out, 0, output(&n, weft_smulbb(twice02, y02)));
        WEFT_STORE_BYTE(out, 2, output(&n, weft_smultt(twice02, y02)));
        WEFT_STORE_BYTE(out, 1, output(&n, weft_smulbb(twice13, y13)));
        WEFT_STORE_BYTE(out, 3, output(&n, weft_smultt(twice13, y13)));
    }
}

static void mul_run(const void *params, const int8_t *a, const int8_t *b, int8_t *out,
                    uint32_t count)
{
    const numbers *n = (const numbers *)params;
    const int32_t zero1 = weft_low(n->zeros1), zero2 = weft_low(n->zeros2);
    mul_words(n, a, b, out, count / 4);
    for (uint32_t i = count & ~3U; i < count; i++) {
        out[i] = (int8_t)output(n, 2 * (a[i] + zero1) * (b[i] + zero2));
    }
}

static uint32_t pair_of(int32_t x)
{
    return ((uint32_t)x & 0xffffU) | (uint32_t)x << 16;
}

void weft_mul_s8__dsp(const weft_mul_s8__dsp_params *p, const weft_step *s)
{
    const numbers n = {pair_of(-p->zero1), pair_of(-p->zero2), p->multiplier, p->shift, p->offset};
    weft_by_runs(mul_run, &n, &p->rows, s);
    weft_clamp_runs(&p->rows, s->out[0], p->lo, p->hi);
}
