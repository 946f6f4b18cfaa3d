"""Short sums and differences of int8: two multiplications, proved equal for all 65,536 operands.

The exact way rescales each operand and the sum, and rounds every time. Mostly numbers exist with

    output = saturate((a * first >> 8) + (b * second >> 8) + offset >> 21)

for every pair of operands. Where sums are halves of a step, as with scales that are powers of two,
halves of negative sums are rounded down: there 1 is taken from a negative sum before the offset is
added. Knows numbers, not tensors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from weft.quant import INT32_MAX, INT32_MIN, Ints

FRACTION = 21  # fractional bits of the sum
_UNIT = 1 << (FRACTION + 8)
_NEAR = sorted(product(range(-3, 4), repeat=2), key=lambda d: abs(d[0]) + abs(d[1]))
_BYTES = np.arange(-128, 128, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Factors:
    """The numbers of the short form: all fit int32."""

    first: int
    second: int
    offset: int

    def outputs(self, low: int, high: int) -> Ints:
        """What the instructions give for each (first, second) operand from -128 on."""
        sums = _sums(self.first, self.second) + self.offset
        clamped: Ints = np.clip(sums >> FRACTION, low, high)
        return clamped


def fit(exact: Ints, scales: tuple[float, float], low: int, high: int) -> Factors | None:
    """The short form for (256, 256) exact outputs, by operands from -128 on; None if none is found.

    `scales` are those of the operands over the output's, that of an operand that is subtracted
    negative; outputs are in low..high.
    """
    for first, second in _factors(scales):
        offset = _offset(exact, _sums(first, second), low, high)
        if offset is not None:
            found = Factors(first, second, offset)
            assert np.array_equal(found.outputs(low, high), exact)
            return found
    return None


@dataclass(frozen=True, slots=True)
class SignedFactors:
    """The same with a sum that is 0 where the operands' is, and the offset to what it rounds."""

    first: int
    second: int
    middle: int
    offset: int

    def outputs(self, low: int, high: int) -> Ints:
        """What the instructions give for each (first, second) operand from -128 on."""
        sums = _sums(self.first, self.second) + self.middle
        clamped: Ints = np.clip(sums - (sums < 0) + self.offset >> FRACTION, low, high)
        return clamped


def fit_signed(
    exact: Ints, scales: tuple[float, float], zeros: tuple[int, int], low: int, high: int
) -> SignedFactors | None:
    """The same as `fit` in the signed form; `zeros` are the operands' zero points."""
    for first, second in _factors(scales):
        middle = -(first * zeros[0] >> 8) - (second * zeros[1] >> 8)
        sums = _sums(first, second) + middle
        if max(-int(sums.min()), int(sums.max())) > INT32_MAX:
            continue
        offset = _offset(exact, sums - (sums < 0), low, high)
        if offset is not None:
            found = SignedFactors(first, second, middle, offset)
            assert np.array_equal(found.outputs(low, high), exact)
            return found
    return None


def _factors(scales: tuple[float, float]) -> Iterator[tuple[int, int]]:
    """What scales become in the short form, and numbers near by."""
    first, second = (round(scale * _UNIT) for scale in scales)
    if max(abs(first), abs(second)) <= INT32_MAX - len(_NEAR):
        yield from ((first + step1, second + step2) for step1, step2 in _NEAR)


def _sums(first: int, second: int) -> Ints:
    sums: Ints = (_BYTES * first >> 8)[:, None] + (_BYTES * second >> 8)
    return sums


def _offset(exact: Ints, sums: Ints, low: int, high: int) -> int | None:
    """The middle of the offsets with which all sums fit int32 and give the exact outputs."""
    above, below = exact > low, exact < high
    least = max(INT32_MIN - int(sums.min()), _most(((exact << FRACTION) - sums)[above]))
    most = min(INT32_MAX - int(sums.max()), -_most((sums - ((exact + 1) << FRACTION) + 1)[below]))
    return (least + most) >> 1 if least <= most else None


def _most(values: Ints) -> int:
    """The greatest of any number of values."""
    return int(values.max(initial=INT32_MIN * 4))
