"""MUL."""

from __future__ import annotations

from cases.common import powers
from cases.elementwise import elementwise
from hypothesis import strategies as st


def _output_scale(first: float, second: float) -> st.SearchStrategy[float]:
    """A hundred times the product of the operands' scales, or far from it."""
    product = max(first * second, 1e-30)
    return (powers(2, 10) | powers(2, 10) | powers(-12, 33)).map(lambda x: product * x)


cases = elementwise("MUL", _output_scale)
