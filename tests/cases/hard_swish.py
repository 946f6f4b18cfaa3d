"""HARD_SWISH."""

from __future__ import annotations

from hypothesis import strategies as st

from cases.common import powers
from cases.unary import unary


def _output_scale(scale: float) -> st.SearchStrategy[float]:
    """Within what the reference can compute."""
    return (powers(-2, 2) | powers(-7, 9)).map(lambda ratio: scale * ratio)


cases = unary("HARD_SWISH", input_scale=powers(-9, 0) | powers(-22, 20), output_scale=_output_scale)
