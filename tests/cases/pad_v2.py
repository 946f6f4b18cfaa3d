"""PADV2: any axes, any value around the tensor."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.borders import INTERPRETED, padded
from cases.common import Case, Draw


@st.composite
def _cases(draw: Draw) -> Case:
    b, p = ModelBuilder(), draw(padded("int8", "uint8", "int32", "float32"))
    x, y = b.tensor(p.shape, **p.tensor), b.tensor(p.output, **p.tensor)
    value = draw(st.integers(0, 127)) - (0 if p.tensor["dtype"] == "uint8" else 64)
    fill = b.constant([value * 1.25 if p.tensor["dtype"] == "float32" else value], **p.tensor)
    b.operator("PADV2", [x, b.constant(p.pads, dtype="int32"), fill], [y])
    interpreter = len(p.shape) <= INTERPRETED
    return Case.of(b, [x], [y], interpreter=interpreter, padded=p, value=value)


cases = _cases()
