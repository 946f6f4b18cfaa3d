/* SPDX-License-Identifier: Apache-2.0
 *
 * Fixed-point logarithm by a quotient of polynomials. Twin of logarithm in
 * codegen/weft/fixed_point.py.
 */
#ifndef WEFT_LOGARITHM_H
#define WEFT_LOGARITHM_H

#include "weft/fixedpoint.h"
#include "weft/reciprocal.h"

#define WEFT_SQRT_HALF 1518500250 /* in Q0.31, as the other two */
#define WEFT_FOURTH_ROOT_HALF 1805811301
#define WEFT_LOG_2 1488522236

/* Zeros above the highest bit of x > 0. */
static inline int32_t weft_leading_zeros(int32_t x)
{
    int32_t zeros = 1;
    for (; x < 1 << 30; x <<= 1) {
        ++zeros;
    }
    return zeros;
}

/* exponent * log(2) + log(root) in Q5.26, for a root of sqrt(1/2) to 1 in Q0.31. */
static inline int32_t weft_with_logarithm_of(int32_t root, int32_t exponent)
{
    const int32_t mean = (int32_t)(((uint32_t)root + (uint32_t)WEFT_FOURTH_ROOT_HALF + 1u) >> 1);
    const int32_t off = 2 * (root - WEFT_FOURTH_ROOT_HALF);
    const int32_t square = weft_high_mul(off, off);
    const int32_t cubic = weft_high_mul(weft_high_mul(off, square), 117049297);
    const int32_t above = weft_high_mul(off, root) + cubic;
    const int32_t series = 1057819769 + off + weft_high_mul(127690142, square);
    const int32_t below = weft_high_mul(mean, series) + weft_high_mul(638450708, off);
    const int32_t reciprocal = weft_reciprocal_one_plus(below);
    const int32_t quotient = weft_high_mul(weft_shift_right_round(above, 6), reciprocal);
    return weft_shift_left_saturating(weft_high_mul(exponent, WEFT_LOG_2) + quotient, 1);
}

/* log(x) in Q5.26 for x >= 1 in Q12.19. Exponents and what they are added to are in Q6.25. */
static inline int32_t weft_logarithm(int32_t x)
{
    const int32_t unit = 1 << 25, quarter = 1 << 23;
    const int32_t zeros = weft_leading_zeros(x);
    const int32_t half = weft_high_mul(x << (zeros - 1), WEFT_SQRT_HALF);
    const int32_t above = weft_shift_left_saturating(half, 1);
    const int32_t zeros_below = weft_leading_zeros(weft_high_mul(x, WEFT_SQRT_HALF)) - 1;
    const int32_t below = weft_shift_left_saturating(x, zeros_below);
    const int32_t root = above < below ? above : below;
    const int32_t upper = (12 - zeros) * unit + quarter;
    const int32_t lower = (12 - zeros_below) * unit - quarter;
    return weft_with_logarithm_of(root, upper > lower ? upper : lower);
}

#endif
