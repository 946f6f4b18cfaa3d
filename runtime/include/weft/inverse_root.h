/* SPDX-License-Identifier: Apache-2.0
 *
 * Fixed-point 1 / sqrt(x) by Newton-Raphson. Twin of inverse_square_root in
 * codegen/weft/fixed_point.py.
 */
#ifndef WEFT_INVERSE_ROOT_H
#define WEFT_INVERSE_ROOT_H

#include "weft/fixedpoint.h"
#include "weft/reciprocal.h"

/* A real number as multiplier * 2^(shift - 31). */
typedef struct {
    int32_t multiplier;
    int32_t shift;
} weft_scaling;

/* 1 / sqrt(x) for x > 0; close to 1 for 0. */
static inline weft_scaling weft_inverse_root(int32_t x)
{
    weft_scaling found = {INT32_MAX, 0};
    if (x <= 1) {
        return found;
    }
    int32_t right = 11;
    for (; x >= 1 << 29; x /= 4) {
        ++right;
    }
    for (; x < 1 << 27; x *= 4) {
        --right;
    }
    const int32_t half = weft_shift_right_round(x >> 1, 1);
    int32_t root = 1 << 28; /* in Q3.28, as all of the loop */
    for (int step = 0; step < 5; ++step) {
        const int32_t square = weft_high_mul(root, root);
        const int32_t cube = weft_shift_left_saturating(weft_high_mul(square, root), 6);
        const int32_t change = weft_high_mul(3 << 27, root) - weft_high_mul(half, cube);
        root = weft_shift_left_saturating(change, 3);
    }
    root = weft_high_mul(root, 1518500250); /* sqrt(1/2) in Q0.31 */
    found.multiplier = right < 0 ? root << -right : root;
    found.shift = right > 0 ? -right : 0;
    return found;
}

#endif
