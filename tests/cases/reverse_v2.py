"""REVERSE_V2 along some axes."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw
from cases.movement import Tensors, boxes, element_types, parameter, signed


@st.composite
def _cases(draw: Draw) -> Case:
    b, shape, dtype = ModelBuilder(), draw(boxes()), draw(element_types())
    make, axes = Tensors(draw, b, dtype), st.integers(0, len(shape) - 1)
    several = draw(st.sets(axes, min_size=1)) if draw(st.booleans()) else {draw(axes)}
    x, y = make(shape), make(shape)
    given = [signed(draw, axis, len(shape)) for axis in several]
    b.operator("REVERSE_V2", [x, parameter(b, given)], [y])
    interpreter = len(several) == 1  # LiteRT refuses axes that are no neighbors
    return Case.of(b, [x], [y], interpreter=interpreter, shape=shape, axes=given, dtype=dtype)


cases = _cases()
