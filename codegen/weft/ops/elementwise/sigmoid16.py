"""Sigmoid and hyperbolic tangent of int16 values by interpolation in one table.

As TensorFlow Lite Micro computes LOGISTIC, TANH and the gates of an LSTM from int16 to int16, in
units of 2**-15. Twin of runtime/include/weft/sigmoid_table.h. Works on NumPy int64 arrays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from weft.quant import IntLike, Ints, round_half_away
from weft.resources import RUNTIME

TABLE_SOURCE = "sigmoid_table.c"
"""The runtime file that kernels with these functions share."""

LEAST_SCALE, GREATEST_SCALE = 2.0**-44, 4.0
"""Scales between them have a `Steps` that 32 bits can compute with."""

_PER_UNIT = (
    3 * 4096
)  # table steps for a real 1: an entry for each 1/24, 512 steps from one to the next
_EXACT = 1e-3  # how near its logarithm must be to an integer for a scale to count as a power of two


@dataclass(frozen=True, slots=True)
class Steps:
    """From a stored value to steps of 1/12288: x * multiplier / 2**shift, halves up."""

    multiplier: int
    shift: int

    @classmethod
    def of(cls, scale: float, powers: tuple[int, ...]) -> Steps:
        """For an input of some scale, LEAST_SCALE to GREATEST_SCALE.

        Scales that are almost 2**p, for p in `powers`, are taken as exactly that.
        """
        logarithm = np.float32(np.log(scale)) * (np.float32(1) / np.float32(np.log(2)))
        power = round_half_away(float(logarithm))
        if power in powers and abs(logarithm - np.float32(power)) < _EXACT:
            return cls.of_power(power)
        multiplier, shift = scale * _PER_UNIT, 0
        while multiplier <= 0x7FFF / 2 and shift <= 30:
            multiplier, shift = 2 * multiplier, shift + 1
        return cls(int(multiplier), shift)

    @classmethod
    def of_power(cls, power: int) -> Steps:
        """For an input of scale 2**power, power in -43..2."""
        left = 12 + power
        return cls(3 << left, 0) if left >= 0 else cls(3, -left)

    @classmethod
    def of_logistic(cls, scale: float) -> Steps:
        """For the input of LOGISTIC."""
        return cls.of(scale, (-12,))

    @classmethod
    def of_tanh(cls, scale: float) -> Steps:
        """For the input of TANH."""
        return cls.of(scale, (-12, -11))

    def __call__(self, x: IntLike) -> Any:
        half = (1 << self.shift) >> 1
        return (np.asarray(x, np.int64) * self.multiplier + half) >> self.shift


@cache
def table() -> Ints:
    """65536 / (1 + exp(-i / 24)) for i in 0..255, give or take one: the figures that the C has."""
    text = (RUNTIME / "src" / TABLE_SOURCE).read_text(encoding="utf-8")
    figures = re.findall(r"\d+(?=,)", text[text.index("{") :])
    assert len(figures) == 256, f"{TABLE_SOURCE} has {len(figures)} figures"
    return np.array(figures, np.int64)


def _between(at: Any, bits: int, end: int) -> Any:
    """The table at `at` / 2**bits entries, times 2**bits; `end` stands for what is beyond it."""
    entry, rest = at >> bits, at & ((1 << bits) - 1)
    inside = np.minimum(entry, 254)
    low, high = table()[inside], table()[inside + 1]
    return np.where(entry < 255, (low << bits) + rest * (high - low), end << bits)


def logistic(x: IntLike, scale: Steps) -> Any:
    """1 / (1 + exp(-x)) in units of 2**-15."""
    steps = scale(x)
    value = _between(np.abs(steps), 9, 0xFFFE)
    return np.where(steps >= 0, value + 512, (1 << 25) - value + 511) >> 10


def tanh(x: IntLike, scale: Steps) -> Any:
    """tanh(x) in units of 2**-15: twice the sigmoid of 2x, less one."""
    steps = scale(x)
    value = _between(np.abs(steps), 8, 0xFFFF) - (1 << 23)
    return np.where(steps >= 0, value + 128, 127 - value) >> 8
