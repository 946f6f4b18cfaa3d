"""SQUARED_DIFFERENCE."""

from __future__ import annotations

from hypothesis import strategies as st

from cases.common import powers
from cases.elementwise import elementwise


def _output_scale(first: float, second: float) -> st.SearchStrategy[float]:
    """Around what makes the square of 40 steps of the greater operand one step, or far from it."""
    square = max(max(first, second) ** 2, 1e-30)
    return (powers(0, 9) | powers(-10, 20)).map(lambda x: square * x)


cases = elementwise("SQUARED_DIFFERENCE", _output_scale, fused=False)
