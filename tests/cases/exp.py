"""EXP."""

from __future__ import annotations

import math

from cases.common import powers
from cases.unary import Quantization, unary


def _defined(source: Quantization, made: Quantization) -> bool:
    """Whether the greatest output fits int32 before it is clamped; the rest is undefined."""
    greatest = source[0] * (127 - source[1])
    return greatest < 80 and math.exp(greatest) / made[0] < 2**31


_bytes = unary("EXP", input_scale=powers(-9, 0) | powers(-30, 10), interpretable=_defined)
_wide = unary(
    "EXP",
    dtypes=("int16",),
    input_scale=powers(-15, -9) | powers(-30, -9),
    output_scale=lambda _: powers(-16, -12) | powers(-16, 10),
)
cases = _bytes | _bytes | _wide
