"""RSQRT."""

from __future__ import annotations

import math

from hypothesis import strategies as st

from cases.common import powers
from cases.unary import unary


def _output_scale(scale: float) -> st.SearchStrategy[float]:
    """Around what brings the greatest output to 255 steps, or far from it."""
    return (powers(-9, 2) | powers(-26, 9)).map(lambda unit: unit / math.sqrt(scale))


cases = unary("RSQRT", input_zero=st.just(-128), output_scale=_output_scale)
