"""gemmlowp's fixed-point functions, which quantized SOFTMAX, LOGISTIC, TANH and RSQRT are made of.

Qi.f, or Q<i>, holds x * 2**f in 32 bits, with i integer and f = 31 - i fractional bits. Like
`weft.quant`, the functions work on NumPy int64 arrays, or Python integers, that hold int32 values.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from weft.quant import (
    INT32_MAX,
    INT32_MIN,
    IntLike,
    Requant,
    count_leading_zeros,
    high_mul,
    shift_right_round,
    wrap32,
)

_EXP_FACTORS = (
    (-2, 1672461947),
    (-1, 1302514674),
    (0, 790015084),
    (1, 290630308),
    (2, 39332535),
    (3, 720401),
    (4, 242),
)

_SQRT_HALF = 1518500250  # in Q0.31, as the other two
_FOURTH_ROOT_HALF = 1805811301
_LOG_2 = 1488522236


def rescale(x: IntLike, source_bits: int, bits: int) -> Any:
    """Change the number of integer bits: round when it grows, saturate when it shrinks."""
    left = source_bits - bits
    if left <= 0:
        return shift_right_round(x, -left)
    limit = (1 << (31 - left)) - 1
    x = np.asarray(x, np.int64)
    inside = wrap32(x << left)
    return np.where(x > limit, INT32_MAX, np.where(x < -limit, INT32_MIN, inside))


def _exp_quarter(a: IntLike) -> Any:
    """exp(a) in Q0.31 for a in [-1/4, 0) in Q0.31: a fourth-order Taylor polynomial at -1/8."""
    x = wrap32(np.asarray(a, np.int64) + (1 << 28))
    x2 = high_mul(x, x)
    x3 = high_mul(x2, x)
    x4 = high_mul(x2, x2)
    tail = shift_right_round(high_mul(shift_right_round(x4, 2) + x3, 715827883) + x2, 1)
    return wrap32(1895147668 + high_mul(1895147668, wrap32(x + tail)))


def exp_negative(a: IntLike, integer_bits: int) -> Any:
    """exp(a) in Q0.31 for a <= 0 with `integer_bits` integer bits."""
    a = np.asarray(a, np.int64)
    fraction = 31 - integer_bits
    quarter = 1 << (fraction - 2)
    inside = (a & (quarter - 1)) - quarter
    result = _exp_quarter(rescale(inside, integer_bits, 0))
    rest = inside - a
    for exponent, factor in _EXP_FACTORS:
        if integer_bits > exponent:
            bit = (rest & (1 << (fraction + exponent))) != 0
            result = np.where(bit, high_mul(result, factor), result)
    if integer_bits > 5:
        result = np.where(a < -(1 << (36 - integer_bits)), 0, result)
    return np.where(a == 0, INT32_MAX, result)


def reciprocal_one_plus(a: IntLike) -> Any:
    """1 / (1 + a) in Q0.31 for a in [0, 1) in Q0.31."""
    return rescale(_half_reciprocal(a), 1, 0)


def one_minus_over_one_plus(a: IntLike) -> Any:
    """(1 - a) / (1 + a) in Q0.31 for a in [0, 1) in Q0.31."""
    return rescale(wrap32(_half_reciprocal(a) - (1 << 29)), 2, 0)


def _half_reciprocal(a: IntLike) -> Any:
    """1 / (1 + a) / 2 in Q1.30, that is 1 / (1 + a) in Q2.29: three Newton-Raphson steps."""
    half = (np.asarray(a, np.int64) + INT32_MAX + 1) >> 1
    x = wrap32(1515870810 + high_mul(half, -1010580540))
    for _ in range(3):
        error = wrap32((1 << 29) - high_mul(half, x))
        x = wrap32(x + rescale(high_mul(x, error), 4, 2))
    return x


def logistic(a: IntLike, integer_bits: int) -> Any:
    """1 / (1 + exp(-a)) in Q0.31 for any a with `integer_bits` integer bits."""
    a = np.asarray(a, np.int64)
    positive = reciprocal_one_plus(exp_negative(-np.abs(a), integer_bits))
    return np.where(a == 0, 1 << 30, np.where(a > 0, positive, INT32_MAX - positive))


def tanh(a: IntLike, integer_bits: int) -> Any:
    """tanh(a) in Q0.31 for any a with `integer_bits` integer bits."""
    a = np.asarray(a, np.int64)
    # The same bits with one more integer bit are 2 * a.
    return np.sign(a) * one_minus_over_one_plus(exp_negative(-np.abs(a), integer_bits + 1))


def input_radius(integer_bits: int, left_shift: int) -> int:
    """Largest |x| for which x * 2**left_shift still fits the fixed-point format."""
    return math.floor(((1 << integer_bits) - 1) * (1 << (31 - integer_bits)) / (1 << left_shift))


def inverse_square_root(x: int) -> Requant:
    """1 / sqrt(x) for an int32 x > 0, as TensorFlow Lite's GetInvSqrtQuantizedMultiplierExp.

    x times a power of 4 is brought to [2**27, 2**29); five Newton-Raphson steps follow in Q3.28.
    """
    if x <= 1:
        return Requant(INT32_MAX, 0)
    right = 11
    while x >= 1 << 29:
        x, right = x // 4, right + 1
    pairs = (count_leading_zeros(x) - 1) // 2 - 1
    right -= pairs
    half = int(shift_right_round((x << 2 * pairs) >> 1, 1))
    root = 1 << 28
    for _ in range(5):
        cube = int(rescale(high_mul(high_mul(root, root), root), 9, 3))
        change = wrap32(int(high_mul(3 << 27, root)) - int(high_mul(half, cube)))
        root = int(rescale(change, 6, 3))
    root = int(high_mul(root, _SQRT_HALF))
    return Requant(root << max(-right, 0), -max(right, 0))


def logarithm(x: int, source_bits: int, bits: int) -> int:
    """log(x) in Q<bits> for x >= 1 in Q<source_bits>.

    x is 2**n * r, once with n a quarter above a whole number and once a quarter below; the choice
    with the smaller r keeps r between sqrt(1/2) and 1. log(r) is a quotient of polynomials.
    """
    inner = bits + 1
    unit, quarter = 1 << (31 - inner), 1 << (29 - inner)
    zeros = count_leading_zeros(x)
    above = min(2 * int(high_mul(x << (zeros - 1), _SQRT_HALF)), INT32_MAX)
    zeros_below = count_leading_zeros(int(high_mul(x, _SQRT_HALF))) - 1
    below = min(x << zeros_below, INT32_MAX)
    exponents = (source_bits - zeros) * unit + quarter, (source_bits - zeros_below) * unit - quarter
    return _with_logarithm_of(min(above, below), max(exponents), inner, bits)


def _with_logarithm_of(root: int, exponent: int, inner: int, bits: int) -> int:
    """exponent * log(2) + log(root), the exponent in Q<inner>, the root in Q0.31 near 0.84."""
    mean = (root + _FOURTH_ROOT_HALF + 1) // 2
    off = 2 * (root - _FOURTH_ROOT_HALF)
    square = int(high_mul(off, off))
    above = int(high_mul(off, root)) + int(high_mul(int(high_mul(off, square)), 117049297))
    below = int(high_mul(mean, 1057819769 + off + int(high_mul(127690142, square))))
    below += int(high_mul(638450708, off))
    quotient = int(high_mul(rescale(above, 0, inner), reciprocal_one_plus(below)))
    return int(rescale(int(high_mul(exponent, _LOG_2)) + quotient, inner, bits))
