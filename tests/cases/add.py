"""ADD."""

from __future__ import annotations

from hypothesis import strategies as st

from cases.common import powers
from cases.elementwise import elementwise


def _output_scale(first: float, second: float) -> st.SearchStrategy[float]:
    """Around the greater operand's; rarely so fine that nearly every sum saturates."""
    greater = max(first, second)
    return (powers(-2, 4) | powers(-2, 4) | powers(-18, 12)).map(lambda x: greater * x)


cases = elementwise("ADD", _output_scale)
