"""Output scales of ADD and SUB."""

from __future__ import annotations

from hypothesis import strategies as st

from cases.common import powers

ARITHMETIC = ("int8", "int8", "int16", "int32")


def output_scale(first: float, second: float) -> st.SearchStrategy[float]:
    """Around the greater operand's; rarely so fine that nearly every sum saturates."""
    greater = max(first, second)
    return (powers(-2, 4) | powers(-2, 4) | powers(-13, 12)).map(lambda x: greater * x)
