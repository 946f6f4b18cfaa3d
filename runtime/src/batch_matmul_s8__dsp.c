/* SPDX-License-Identifier: Apache-2.0
 *
 * Four columns of the right operand at a time become pairs (weft/simd.h) in scratch, less their
 * zero point, and then meet every row of the left one. Of four values next to each other along a
 * sum the first and the third are a pair, and the second and the fourth.
 */
#include "weft/batch_matmul_s8__dsp.h"

#include "weft/inline.h"
#include "weft/simd.h"

#include <stddef.h>
#include <string.h>

enum { COLUMNS = 4, QUAD = 8 }; /* words of a quad: four pairs of firsts, four pairs of seconds */

/* Both halves of a pair. */
static uint32_t twice(int32_t value)
{
    return ((uint32_t)value & 0xffffU) | (uint32_t)value << 16;
}

/* Four values of a column along a sum. `zero`: the zero point to be taken off, as a pair. */
WEFT_INLINE void store_column(uint32_t *to, const int8_t *w, uint32_t zero)
{
    const uint32_t word = weft_load_32(w);
    to[0] = weft_sxtab16(zero, word);
    to[COLUMNS] = weft_sxtab16_ror8(zero, word);
}

/* Columns whose values are neighbors, `next` bytes apart. */
WEFT_LEAF uint32_t *quads_apart(uint32_t *to, const int8_t *w, int32_t next, uint32_t zero,
                                int32_t count)
{
    for (; count > 0; count--, w += 4, to += QUAD) {
        store_column(to, w, zero);
        store_column(to + 1, w + next, zero);
        store_column(to + 2, w + 2 * next, zero);
        store_column(to + 3, w + 3 * next, zero);
    }
    return to;
}

/* The pairs of two rows of four columns. */
WEFT_INLINE void store_rows(uint32_t *to, const int8_t *a, const int8_t *b, uint32_t zero)
{
    const uint32_t x = weft_load_32(a), y = weft_load_32(b);
    const uint32_t even_x = weft_sxtab16(zero, x), even_y = weft_sxtab16(zero, y);
    const uint32_t odd_x = weft_sxtab16_ror8(zero, x), odd_y = weft_sxtab16_ror8(zero, y);
    weft_store_4(to, weft_pkhbt_lsl16(even_x, even_y), weft_pkhbt_lsl16(odd_x, odd_y),
                 weft_pkhtb_asr16(even_x, even_y), weft_pkhtb_asr16(odd_x, odd_y));
}

/* Columns that are neighbors; their values are `step` bytes apart. */
WEFT_LEAF uint32_t *quads_beside(uint32_t *to, const int8_t *w, int32_t step, uint32_t zero,
                                 int32_t count)
{
    for (; count > 0; count--, w += 4 * step, to += QUAD) {
        store_rows(to, w, w + 2 * step, zero);
        store_rows(to + COLUMNS, w + step, w + 3 * step, zero);
    }
    return to;
}

/* Values number `from` and on of up to four columns; those that are missing are 0. */
static void quads_by_value(const weft_batch_matmul_params *p, uint32_t *to, const int8_t *w,
                           int32_t columns, int32_t from)
{
    for (; from < p->depth; from += 4, to += QUAD) {
        for (int32_t i = 0; i < QUAD; i++) {
            const int32_t column = i % COLUMNS, first = from + i / COLUMNS;
            int32_t values[2] = {0, 0};
            for (int32_t k = 0; k < 2 && column < columns && first + 2 * k < p->depth; k++) {
                const int32_t at = column * p->right_column + (first + 2 * k) * p->right_step;
                values[k] = w[at] - p->right_zero_point;
            }
            to[i] = ((uint32_t)values[0] & 0xffffU) | (uint32_t)values[1] << 16;
        }
    }
}

static void unpack(const weft_batch_matmul_params *p, uint32_t *to, const int8_t *w,
                   int32_t columns)
{
    const uint32_t zero = twice(-p->right_zero_point);
    const int32_t whole = columns == COLUMNS ? p->depth / 4 : 0;
    if (p->right_step == 1) {
        to = quads_apart(to, w, p->right_column, zero, whole);
    } else {
        to = quads_beside(to, w, p->right_step, zero, whole);
    }
    quads_by_value(p, to, w, columns, 4 * whole);
}

/* sums[0..3] += products of quads of a row, less its zero point, with those of four columns.
 * Returns the next quad of the columns. */
WEFT_LEAF const uint32_t *products(int32_t *sums, const int8_t *x, const uint32_t *w, uint32_t zero,
                                   int32_t count)
{
    int32_t a = sums[0], b = sums[1], c = sums[2], d = sums[3];
#if WEFT_DSP_ASM
    uint32_t even, odd, first, second;
    if (count > 0) {
        __asm__ volatile("1:\n"
                         "ldr %[odd], [%[x]], #4\n"
                         "ldr %[first], [%[w]], #4\n ldr %[second], [%[w]], #4\n"
                         "sxtab16 %[even], %[zero], %[odd]\n"
                         "sxtab16 %[odd], %[zero], %[odd], ror #8\n"
                         "smlad %[a], %[even], %[first], %[a]\n"
                         "smlad %[b], %[even], %[second], %[b]\n"
                         "ldr %[first], [%[w]], #4\n ldr %[second], [%[w]], #4\n"
                         "smlad %[c], %[even], %[first], %[c]\n"
                         "smlad %[d], %[even], %[second], %[d]\n"
                         "ldr %[first], [%[w]], #4\n ldr %[second], [%[w]], #4\n"
                         "smlad %[a], %[odd], %[first], %[a]\n"
                         "smlad %[b], %[odd], %[second], %[b]\n"
                         "ldr %[first], [%[w]], #4\n ldr %[second], [%[w]], #4\n"
                         "smlad %[c], %[odd], %[first], %[c]\n"
                         "smlad %[d], %[odd], %[second], %[d]\n"
                         "subs %[count], %[count], #1\n bne 1b\n"
                         : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [x] "+r"(x),
                           [w] "+r"(w), [count] "+r"(count), [even] "=&r"(even), [odd] "=&r"(odd),
                           [first] "=&r"(first), [second] "=&r"(second)
                         : [zero] "r"(zero)
                         : "cc", "memory");
    }
#else
    for (; count > 0; count--, x += 4, w += QUAD) {
        const uint32_t word = weft_load_32(x);
        const uint32_t even = weft_sxtab16(zero, word), odd = weft_sxtab16_ror8(zero, word);
        a = weft_smlad(odd, w[4], weft_smlad(even, w[0], a));
        b = weft_smlad(odd, w[5], weft_smlad(even, w[1], b));
        c = weft_smlad(odd, w[6], weft_smlad(even, w[2], c));
        d = weft_smlad(odd, w[7], weft_smlad(even, w[3], d));
    }
#endif
    sums[0] = a, sums[1] = b, sums[2] = c, sums[3] = d;
    return w;
}

/* A row of the left operand whose values are not neighbors, to where they are. */
static const int8_t *gathered(const weft_batch_matmul_params *p, int8_t *to, const int8_t *x)
{
    for (int32_t k = 0; k < p->depth; k++, x += p->left_step) {
        to[k] = *x;
    }
    return to;
}

/* Outputs of up to four columns in a row. */
static void outputs(const weft_batch_matmul_s8_dsp_params *p, const int8_t *x, const uint32_t *w,
                    int32_t columns, int8_t *out)
{
    const uint32_t zero = twice(-p->product.left_zero_point);
    const int32_t whole = p->product.depth / 4, rest = p->product.depth & 3;
    const int32_t multiplier = p->product.multiplier, addend = p->addend, shift = p->product.shift;
    int32_t sums[COLUMNS] = {0, 0, 0, 0};
    w = products(sums, x, w, zero, whole);
    if (rest > 0) {
        int8_t last[4] = {0, 0, 0, 0}; /* what is missing meets pairs of 0 */
        memcpy(last, x + 4 * whole, (size_t)rest);
        products(sums, last, w, zero, 1);
    }
    for (int32_t i = 0; i < columns; i++) {
        const int32_t scaled = weft_smmlar(2 * sums[i], multiplier, addend);
        out[i] = (int8_t)weft_ssat8((scaled + (sums[i] >> 31)) >> shift);
    }
}

static void matrices(const weft_batch_matmul_s8_dsp_params *p, const int8_t *left,
                     const int8_t *right, int8_t *scratch, int8_t *out)
{
    const weft_batch_matmul_params *const q = &p->product;
    uint32_t *const w = (uint32_t *)(void *)scratch;
    int8_t *const row = scratch + (q->depth + 3) / 4 * QUAD * (int32_t)sizeof *w;
    for (int32_t column = 0; column < q->columns; column += COLUMNS) {
        const int32_t left_over = q->columns - column;
        const int32_t columns = left_over < COLUMNS ? left_over : COLUMNS;
        unpack(q, w, right + column * q->right_column, columns);
        for (int32_t i = 0; i < q->rows; i++) {
            const int8_t *x = left + i * q->left_row;
            if (q->left_step > 1) {
                x = gathered(q, row, x);
            }
            outputs(p, x, w, columns, out + i * q->columns + column);
        }
    }
}

void weft_batch_matmul_s8_dsp(const weft_batch_matmul_s8_dsp_params *p, const weft_step *s)
{
    const weft_batch_matmul_params *const q = &p->product;
    const uint32_t *starts = q->starts + 2 * s->index * q->batches;
    const int8_t *left = (const int8_t *)(q->left != NULL ? q->left : s->in[q->left_in]);
    const int8_t *right = (const int8_t *)(q->right != NULL ? q->right : s->in[q->right_in]);
    int8_t *out = s->out[0];
    for (int32_t batch = 0; batch < q->batches; batch++, starts += 2) {
        matrices(p, left + starts[0], right + starts[1], s->scratch, out);
        out += q->rows * q->columns;
    }
}
