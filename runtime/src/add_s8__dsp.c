/* SPDX-License-Identifier: Apache-2.0
 *
 * Addition of int8 rows by the DSP extension, four elements at a time. Twin of Add.reference: the
 * compiler has compared the outputs for all 65,536 pairs of operands.
 */
#include "weft/add_s8__dsp.h"

#include "weft/elementwise.h"
#include "weft/linear.h"
#include "weft/simd.h"

typedef struct {
    int32_t factor1, factor2, offset;
} numbers;

/* An output from the low or high halves of x and y, which are the operands times 256. */
#define OUTPUT(half, n, x, y)                                                                      \
    weft_smlaw##half((n)->factor2, y, weft_smlaw##half((n)->factor1, x, (n)->offset))

/* Outputs of `words` times four elements; leaves the rest. */
WEFT_LEAF void add_words(const numbers *p, const int8_t *a, const int8_t *b, int8_t *out,
                         uint32_t words)
{
    const numbers n = *p;
    const uint32_t mask = 0xff00ff00U;
    for (const int8_t *const end = out + 4 * words; out != end; a += 4, b += 4, out += 4) {
        const uint32_t x = weft_load_32(a), y = weft_load_32(b);
        const uint32_t x02 = x << 8 & mask, y02 = y << 8 & mask, x13 = x & mask, y13 = y & mask;
        int32_t r;
        WEFT_SSAT8_ASR(r, OUTPUT(b, &n, x02, y02), 21);
        out[0] = (int8_t)r;
        WEFT_SSAT8_ASR(r, OUTPUT(b, &n, x13, y13), 21);
        out[1] = (int8_t)r;
        WEFT_SSAT8_ASR(r, OUTPUT(t, &n, x02, y02), 21);
        out[2] = (int8_t)r;
        WEFT_SSAT8_ASR(r, OUTPUT(t, &n, x13, y13), 21);
        out[3] = (int8_t)r;
    }
}

void weft_add_s8__dsp(const weft_add_s8__dsp_params *p, const weft_step *s)
{
    const int8_t *a = weft_operand(p->constant1, p->row1, p->in1, s);
    const int8_t *b = weft_operand(p->constant2, p->row2, p->in2, s);
    const numbers n = {p->factor1, p->factor2, p->offset};
    const uint32_t whole = p->elements & ~3U;
    add_words(&n, a, b, s->out[0], p->elements / 4);
    for (uint32_t i = whole; i < p->elements; i++) {
        const uint32_t x = (uint32_t)a[i] << 8, y = (uint32_t)b[i] << 8;
        s->out[0][i] = (int8_t)weft_ssat8(OUTPUT(b, &n, x, y) >> 21);
    }
    weft_clamp_row(s->out[0], (int32_t)p->elements, p->lo, p->hi);
}
