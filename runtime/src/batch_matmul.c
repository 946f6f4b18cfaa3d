/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/batch_matmul.h"

#include "weft/linear.h"
#include "weft/wide.h"

#include <stddef.h>

/* The columns that are multiplied at a time; of the last ones some again if they are fewer. */
static void column_starts(const weft_batch_matmul_params *p, int32_t count, int32_t *at)
{
    for (int32_t i = 0; i < 4; i++) {
        at[i] = (i < count ? i : count - 1) * p->right_column;
    }
}

/* acc[0..3] = products of a row, less its zero point, with four columns as stored. */
WEFT_LEAF void products_s8(const weft_batch_matmul_params *p, const int8_t *x, const int8_t *w,
                           const int32_t *at, int32_t *acc)
{
    const int32_t zero_point = p->left_zero_point, x_step = p->left_step, w_step = p->right_step;
    const int8_t *w0 = w + at[0], *w1 = w + at[1], *w2 = w + at[2], *w3 = w + at[3];
    int32_t a0 = 0, a1 = 0, a2 = 0, a3 = 0;
    for (int32_t left = p->depth, k = 0; left > 0; left--, k += w_step, x += x_step) {
        const int32_t a = *x - zero_point;
        a0 += a * w0[k];
        a1 += a * w1[k];
        a2 += a * w2[k];
        a3 += a * w3[k];
    }
    acc[0] = a0, acc[1] = a1, acc[2] = a2, acc[3] = a3;
}

WEFT_LEAF void products_s16(const weft_batch_matmul_params *p, const int16_t *x, const int16_t *w,
                            const int32_t *at, int64_t *acc)
{
    const int32_t x_step = p->left_step, w_step = p->right_step;
    const int16_t *w0 = w + at[0], *w1 = w + at[1], *w2 = w + at[2], *w3 = w + at[3];
    int64_t a0 = 0, a1 = 0, a2 = 0, a3 = 0;
    for (int32_t left = p->depth, k = 0; left > 0; left--, k += w_step, x += x_step) {
        const int32_t a = *x;
        a0 += (int64_t)a * w0[k];
        a1 += (int64_t)a * w1[k];
        a2 += (int64_t)a * w2[k];
        a3 += (int64_t)a * w3[k];
    }
    acc[0] = a0, acc[1] = a1, acc[2] = a2, acc[3] = a3;
}

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
    int8_t *out = (int8_t *)output;
    for (int32_t column = 0; column < p->columns; column += 4) {
        const int32_t count = p->columns - column < 4 ? p->columns - column : 4;
        int32_t at[4], acc[4];
        column_starts(p, count, at);
        products_s8(p, x, w + column * p->right_column, at, acc);
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
    int16_t *out = (int16_t *)output;
    for (int32_t column = 0; column < p->columns; column += 4) {
        const int32_t count = p->columns - column < 4 ? p->columns - column : 4;
        int32_t at[4];
        int64_t acc[4];
        column_starts(p, count, at);
        products_s16(p, x, w + column * p->right_column, at, acc);
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
