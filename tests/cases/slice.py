"""SLICE along all axes, with sizes that go to the end."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, shapes
from cases.movement import Tensors, boxes, element_types, parameter

_INTERPRETED = 5  # axes that LiteRT slices


@st.composite
def _cases(draw: Draw) -> Case:
    # Several images of which one is left are taken whole, all others row by row.
    b, shape, dtype = ModelBuilder(), draw(boxes() | shapes(4, 4)), draw(element_types())
    make, single = Tensors(draw, b, dtype), draw(st.booleans())
    begin, size, out = [], [], []
    for axis, n in enumerate(shape):
        first = draw(st.integers(0, n - 1) | st.just(0))
        count = draw(st.integers(1, n - first) | st.just(n - first))
        count = 1 if single and axis == 0 else count
        begin.append(first)
        out.append(count)
        size.append(-1 if count == n - first and draw(st.booleans()) else count)
    x, y = make(shape), make(out)
    b.operator("SLICE", [x, parameter(b, begin), parameter(b, size)], [y])
    interpreter = len(shape) <= _INTERPRETED
    return Case.of(b, [x], [y], interpreter=interpreter, shape=shape, begin=begin, size=size)


cases = _cases()
