/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums and differences of int8 rows by the DSP extension, four elements at a time. Twin of
 * Add.reference and Sub.reference: the compiler has compared the outputs for all 65,536 pairs of
 * operands.
 */
#include "weft/add_s8__dsp.h"

#include "weft/row_runs.h"
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
        WEFT_STORE_BYTE(out, 0, r);
        WEFT_SSAT8_ASR(r, OUTPUT(b, &n, x13, y13), 21);
        WEFT_STORE_BYTE(out, 1, r);
        WEFT_SSAT8_ASR(r, OUTPUT(t, &n, x02, y02), 21);
        WEFT_STORE_BYTE(out, 2, r);
        WEFT_SSAT8_ASR(r, OUTPUT(t, &n, x13, y13), 21);
        WEFT_STORE_BYTE(out, 3, r);
    }
}

static void add_run(const void *params, const int8_t *a, const int8_t *b, int8_t *out,
                    uint32_t count)
{
    const numbers *n = (const numbers *)params;
    add_words(n, a, b, out, count / 4);
    for (uint32_t i = count & ~3U; i < count; i++) {
        const uint32_t x = (uint32_t)a[i] << 8, y = (uint32_t)b[i] << 8;
        out[i] = (int8_t)weft_ssat8(OUTPUT(b, n, x, y) >> 21);
    }
}

void weft_add_s8__dsp(const weft_add_s8__dsp_params *p, const weft_step *s)
{
    const numbers n = {p->factor1, p->factor2, p->offset};
    weft_by_runs(add_run, &n, &p->rows, s);
    weft_clamp_runs(&p->rows, s->out[0], p->lo, p->hi);
}
