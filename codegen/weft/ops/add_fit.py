"""Short sums and differences of int8: two multiplications, proved equal for all 65,536 operands.

The exact way rescales each operand and the sum, and rounds every time. Mostly numbers exist with

    output = saturate((a * first >> 8) + (b * second >> 8) + offset >> 21)

for every pair of operands. Knows numbers, not tensors.
"""

from __future__ import annotations

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
    first, second = (round(scale * _UNIT) for scale in scales)
    if max(abs(first), abs(second)) > INT32_MAX - len(_NEAR):
        return None
    for step1, step2 in _NEAR:
        offset = _offset(exact, _sums(first + step1, second + step2), low, high)
        if offset is not None:
            found = Factors(first + step1, second + step2, offset)
            assert np.array_equal(found.outputs(low, high), exact)
            return found
    return None


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
