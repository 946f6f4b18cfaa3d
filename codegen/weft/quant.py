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
SUM_LIMIT = (1 << 47) - 1  # of int64 sums that are requantized


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


def requantize_once(x: IntLike, multiplier: IntLike, shift: IntLike) -> Any:
    """The same for int64 sums: 15 bits of the multiplier, and one rounding, halves up.

    |x| <= SUM_LIMIT and -31 <= shift < 8, so that the product fits 63 bits; the result wraps.
    """
    short, right = shortened(multiplier, shift)
    rounded = np.asarray(x, np.int64) * short + (np.int64(1) << (right - 1))
    return wrap32(rounded >> right)


def shortened(multiplier: IntLike, shift: IntLike) -> tuple[Ints, Ints]:
    """A multiplier's upper 15 bits, rounded and saturated, and the right shift that they need."""
    multiplier = np.asarray(multiplier, np.int64)
    short = np.minimum((multiplier + (1 << 15)) >> 16, 0x7FFF)
    return short, 15 - np.asarray(shift, np.int64)


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
