"""PAD: any axes, elements of one, two and four bytes."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.borders import INTERPRETED, padded
from cases.common import Case, Draw


@st.composite
def _cases(draw: Draw) -> Case:
    b, p = ModelBuilder(), draw(padded("int8", "int8", "uint8", "int16", "int32", "float32"))
    x, y = b.tensor(p.shape, **p.tensor), b.tensor(p.output, **p.tensor)
    b.operator("PAD", [x, b.constant(p.pads, dtype="int32")], [y])
    return Case.of(b, [x], [y], interpreter=len(p.shape) <= INTERPRETED, padded=p)


cases = _cases()
