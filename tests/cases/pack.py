"""PACK along any axis; a constant among the inputs."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw
from cases.movement import Tensors, boxes, element_types, signed


@st.composite
def _cases(draw: Draw) -> Case:
    b, shape, dtype = ModelBuilder(), draw(boxes(5)), draw(element_types())
    if draw(st.booleans()):
        shape = shape[-2:]
    axis, count = draw(st.integers(0, len(shape))), draw(st.integers(1, 4))
    make = Tensors(draw, b, dtype)
    inputs = [make(shape) for _ in range(count - 1)]
    some_constant = count > 1 and draw(st.booleans())
    read = [*inputs, make.constant(shape) if some_constant else make(shape)]
    inputs = inputs if some_constant else read
    y = make([*shape[:axis], count, *shape[axis:]])
    options = {"axis": signed(draw, axis, len(shape) + 1), "values_count": count}
    b.operator("PACK", read, [y], **options)
    interpreter = dtype != "bool"
    about = {"shape": shape, "axis": axis, "count": count, "dtype": dtype}
    return Case.of(b, inputs, [y], interpreter=interpreter, **about)


cases = _cases()
