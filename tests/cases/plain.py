"""Operators on one tensor of a type without quantization."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, shapes


@st.composite
def plain(draw: Draw, builtin: str, dtype: str) -> Case:
    """Cases of one operator."""
    b, shape = ModelBuilder(), draw(shapes(1, 4) | shapes(5, 6, 3))
    x, y = (b.tensor(shape, dtype=dtype) for _ in range(2))
    b.operator(builtin, [x], [y])
    return Case.of(b, [x], [y], shape=shape)
