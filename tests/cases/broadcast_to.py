"""BROADCAST_TO, which LiteRT's reference kernels lack."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw
from cases.movement import Tensors, boxes, element_types, parameter


@st.composite
def _cases(draw: Draw) -> Case:
    b, shape, dtype = ModelBuilder(), draw(boxes()), draw(element_types())
    make = Tensors(draw, b, dtype)
    source = [n if draw(st.booleans()) else 1 for n in shape]
    source = source[draw(st.integers(0, len(shape) - 1)) if draw(st.booleans()) else 0 :]
    x, y = make(source), make(shape)
    b.operator("BROADCAST_TO", [x, parameter(b, shape)], [y])
    return Case.of(b, [x], [y], interpreter=False, source=source, shape=shape, dtype=dtype)


cases = _cases()
