"""EXP."""

from __future__ import annotations

import math

from cases.common import powers
from cases.unary import Quantization, unary


def _defined(source: Quantization, made: Quantization) -> bool:
    """Whether the greatest output fits int32 before it is clamped; the rest is undefined."""
    greatest = source[0] * (127 - source[1])
    return greatest < 80 and math.exp(greatest) / made[0] < 2**31


cases = unary("EXP", input_scale=powers(-9, 0) | powers(-30, 10), interpretable=_defined)
