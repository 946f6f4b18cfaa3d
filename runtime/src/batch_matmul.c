/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/batch_matmul.h"

#include "weft/linear.h"
#include "weft/wide.h"

#include <stddef.h>

/* acc[0..columns - 1] = products of a row, less its zero point, with 4 columns as stored, or
 * with 1. `beside`: whether elements of a row, not of a column, are neighbors. */
WEFT_INLINE void products_s8(const weft_batch_matmul_params *p, const int8_t *x, const int8_t *w,
                             int32_t *acc, int32_t columns, int32_t beside)
{
    const int32_t zero_point = p->left_zero_point, x_step = p->left_step;
    const int32_t w_step = beside ? p->right_step : 1, next = beside ? 1 : p->right_column;
    int32_t a0 = 0, a1 = 0, a2 = 0, a3 = 0;
    for (int32_t left = p->depth; left > 0; left--, x += x_step, w += w_step) {
        const int32_t a = *x - zero_point;
        a0 += a * w[0];
        if (columns > 1) {
            a1 += a * w[next];
            a2 += a * w[2 * next];
            a3 += a * w[3 * next];
        }
    }
    acc[0] = a0, acc[1] = a1, acc[2] = a2, acc[3] = a3;
}

WEFT_INLINE void products_s16(const weft_batch_matmul_params *p, const int16_t *x, const int16_t *w,
                              int64_t *acc, int32_t columns, int32_t beside)
{
    const int32_t x_step = p->left_step;
    const int32_t w_step = beside ? p->right_step : 1, next = beside ? 1 : p->right_column;
    int64_t a0 = 0, a1 = 0;
    for (int32_t left = p->depth; left > 0; left--, x += x_step, w += w_step) {
        const int32_t a = *x;
        a0 += (int64_t)a * w[0];
        if (columns > 1) {
            a1 += (int64_t)a * w[next];
        }
    }
    acc[0] = a0, acc[1] = a1;
}

typedef void products_of_s8(const weft_batch_matmul_params *p, const int8_t *x, const int8_t *w,
                            int32_t *acc);
typedef void products_of_s16(const weft_batch_matmul_params *p, const int16_t *x, const int16_t *w,
                             int64_t *acc);

#define PRODUCTS(kind, type, sum, name, columns, beside)                                           \
    WEFT_LEAF void name(const weft_batch_matmul_params *p, const type *x, const type *w, sum *acc) \
    {                                                                                              \
        products_##kind(p, x, w, acc, columns, beside);                                            \
    }

PRODUCTS(s8, int8_t, int32_t, four_beside_s8, 4, 1)
PRODUCTS(s8, int8_t, int32_t, four_apart_s8, 4, 0)
PRODUCTS(s8, int8_t, int32_t, one_s8, 1, 1)
PRODUCTS(s16, int16_t, int64_t, two_beside_s16, 2, 1)
PRODUCTS(s16, int16_t, int64_t, two_apart_s16, 2, 0)
PRODUCTS(s16, int16_t, int64_t, one_s16, 1, 1)

/* What the right operand's zero point takes from every sum of a row. */
static int32_t zero_point_share(const weft_batch_matmul_params *p, const int8_t *x)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < p->depth; i++, x += p->left_step) {
        sum += *x - p->left_zero_point;
    }
    return p->right_zero_point * sum;
}

static void row_s8(const weft_batch_matmul_params *p, const void *left, const void *right,
                   void *output)
{
    const int8_t *x = (const int8_t *)left, *w = (const int8_t *)right;
    const int32_t share = p->right_zero_point != 0 ? zero_point_share(p, x) : 0;
    products_of_s8 *const four = p->right_column == 1 ? four_beside_s8 : four_apart_s8;
    int8_t *out = (int8_t *)output;
    for (int32_t column = 0, count; column < p->columns; column += count) {
        int32_t acc[4];
        count = p->columns - column < 4 ? 1 : 4;
        (count > 1 ? four : one_s8)(p, x, w + column * p->right_column, acc);
        for (int32_t i = 0; i < count; i++) {
            *out++ = weft_output_s8(acc[i] - share, p->multiplier, p->shift, p->output_zero_point,
                                    -128, 127);
        }
    }
}

static void row_s16(const weft_batch_matmul_params *p, const void *left, const void *right,
                    void *output)
{
    const int16_t *x = (const int16_t *)left, *w = (const int16_t *)right;
    products_of_s16 *const two = p->right_column == 1 ? two_beside_s16 : two_apart_s16;
    int16_t *out = (int16_t *)output;
    for (int32_t column = 0, count; column < p->columns; column += count) {
        int64_t acc[2];
        count = p->columns - column < 2 ? 1 : 2;
        (count > 1 ? two : one_s16)(p, x, w + column * p->right_column, acc);
        for (int32_t i = 0; i < count; i++) {
            *out++ = weft_output_s16(acc[i], p->multiplier, p->shift, 1, INT16_MIN, INT16_MAX);
        }
    }
}

typedef void output_row(const weft_batch_matmul_params *p, const void *left, const void *right,
                        void *output);

/* All batches of a step. `size`: bytes of an element. */
static void batches(const weft_batch_matmul_params *p, const weft_step *s, output_row *row,
                    int32_t size)
{
    const uint32_t *starts = p->starts + 2 * s->index * p->batches;
    const int8_t *left = (const int8_t *)(p->left != NULL ? p->left : s->in[p->left_in]);
    const int8_t *right = (const int8_t *)(p->right != NULL ? p->right : s->in[p->right_in]);
    int8_t *out = s->out[0];
    for (int32_t batch = 0; batch < p->batches; batch++, starts += 2) {
        const int8_t *x = left + starts[0] * (uint32_t)size;
        for (int32_t i = 0; i < p->rows; i++) {
            row(p, x, right + starts[1] * (uint32_t)size, out);
            x += p->left_row * size;
            out += p->columns * size;
        }
    }
}

void weft_batch_matmul_s8(const weft_batch_matmul_params *p, const weft_step *s)
{
    batches(p, s, row_s8, 1);
}

void weft_batch_matmul_s16(const weft_batch_matmul_params *p, const weft_step *s)
{
    batches(p, s, row_s16, 2);
}
