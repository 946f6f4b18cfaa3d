"""LOG."""

from __future__ import annotations

import math

from cases.common import powers
from cases.unary import Quantization, unary


def _defined(source: Quantization, made: Quantization) -> bool:
    """Whether all outputs fit int32 before they are clamped; the rest is undefined."""
    furthest = max(abs(math.log(source[0])), abs(math.log(source[0] * 255)))
    return furthest / made[0] < 2**31


cases = unary(
    "LOG",
    dtypes=("int8", "int16"),
    input_scale=powers(-12, 4) | powers(-30, 10),
    output_scale=lambda _: powers(-8, 0) | powers(-16, -8) | powers(-30, 10),
    interpretable=_defined,
)
