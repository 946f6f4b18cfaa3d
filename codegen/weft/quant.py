"""Quantization parameters and the exact integer arithmetic of TensorFlow Lite.

The functions work on NumPy int64 arrays (or Python integers) that hold int32 values, and give
what the TensorFlow Lite Micro reference kernels give with double rounding, bit for bit. Twin of
runtime/include/weft/fixedpoint.h. docs/numerics.md derives each formula.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
IntLike = Ints | int

INT32_MAX = (1 << 31) - 1
INT32_MIN = -(1 << 31)


@dataclass(frozen=True, slots=True)
class Quant:
    """Affine quantization: real = scale * (stored - zero_point).

    `scale` holds float32 values. One entry for a tensor, or one for each slice along `axis`.
    """

    scale: tuple[float, ...]
    zero_point: tuple[int, ...]
    axis: int | None = None

    @property
    def s(self) -> float:
        """The scale of a per-tensor quantization."""
        (value,) = self.scale
        return value

    @property
    def zp(self) -> int:
        """The zero point of a per-tensor quantization."""
        (value,) = self.zero_point
        return value

    @property
    def per_channel(self) -> bool:
        """Whether every slice along `axis` has a scale of its own."""
        return len(self.scale) > 1


@dataclass(frozen=True, slots=True)
class Requant:
    """A real multiplier as multiplier * 2**(shift - 31), multiplier in [2**30, 2**31)."""

    multiplier: int
    shift: int

    @classmethod
    def of(cls, real: float) -> Requant:
        """TensorFlow Lite's QuantizeMultiplier: nearest, ties away; 0 below 2**-32."""
        if real == 0.0:
            return cls(0, 0)
        mantissa, shift = math.frexp(real)
        multiplier = round_half_away(mantissa * (1 << 31))
        if multiplier == 1 << 31:
            multiplier, shift = multiplier // 2, shift + 1
        return cls(multiplier, shift) if shift >= -31 else cls(0, 0)


def f32(x: Any) -> float:
    """Round to float32, as a Python float."""
    return float(np.float32(x))


def round_half_away(x: float) -> int:
    """C's round(): nearest, ties away from zero."""
    return math.floor(x + 0.5) if x >= 0 else math.ceil(x - 0.5)


def wrap32(x: IntLike) -> Any:
    """Keep the low 32 bits, as a signed value."""
    return ((x + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)


def high_mul(a: IntLike, b: IntLike) -> Any:
    """gemmlowp's SaturatingRoundingDoublingHighMul: (a*b + 2**30) >> 31, saturating."""
    return np.minimum((np.multiply(a, b, dtype=np.int64) + (1 << 30)) >> 31, INT32_MAX)


def shift_right_round(x: IntLike, bits: IntLike) -> Any:
    """x / 2**bits, to nearest, ties away from zero (gemmlowp's RoundingDivideByPOT)."""
    x = np.asarray(x, np.int64)
    mask = (np.int64(1) << np.asarray(bits, np.int64)) - 1
    return (x >> bits) + ((x & mask) > ((mask >> 1) + (x < 0)))


def requantize(x: IntLike, multiplier: IntLike, shift: IntLike) -> Any:
    """TensorFlow Lite's MultiplyByQuantizedMultiplier with its two roundings.

    The left shift of a positive `shift` wraps modulo 2**32, as in the reference.
    """
    shift = np.asarray(shift, np.int64)
    left, right = np.maximum(shift, 0), np.maximum(-shift, 0)
    shifted = wrap32(np.asarray(x, np.int64) << left)
    return shift_right_round(high_mul(shifted, multiplier), right)


def requants(reals: Sequence[float]) -> tuple[Ints, Ints]:
    """Multipliers and shifts of several real multipliers, as arrays."""
    found = [Requant.of(real) for real in reals]
    return (
        np.array([r.multiplier for r in found], np.int64),
        np.array([r.shift for r in found], np.int64),
    )


def count_leading_zeros(x: int) -> int:
    """Leading zero bits of a non-negative int32."""
    return 32 - x.bit_length()


# gemmlowp fixed point: Qi.f holds x * 2**f with i + f = 31.

_EXP_FACTORS = (
    (-2, 1672461947),
    (-1, 1302514674),
    (0, 790015084),
    (1, 290630308),
    (2, 39332535),
    (3, 720401),
    (4, 242),
)


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


def _half_sum(a: int, b: int) -> int:
    total = a + b
    return (total + 1) // 2 if total >= 0 else -((1 - total) // 2)


def reciprocal_one_plus(a: int) -> int:
    """1 / (1 + a) in Q0.31 for a in [0, 1) in Q0.31: three Newton-Raphson steps."""
    half = _half_sum(a, INT32_MAX)
    x = int(wrap32(1515870810 + int(high_mul(half, -1010580540))))
    for _ in range(3):
        error = int(wrap32((1 << 29) - int(high_mul(half, x))))
        x = int(wrap32(x + int(rescale(high_mul(x, error), 4, 2))))
    return int(rescale(x, 1, 0))


def input_radius(integer_bits: int, left_shift: int) -> int:
    """Largest |x| for which x * 2**left_shift still fits the fixed-point format."""
    return math.floor(((1 << integer_bits) - 1) * (1 << (31 - integer_bits)) / (1 << left_shift))
