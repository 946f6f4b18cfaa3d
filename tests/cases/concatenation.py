"""CONCATENATION along any axis: of constants, too, and of one tensor more than once."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw
from cases.movement import Tensors, boxes, cuts, element_types, signed, with_axis


@st.composite
def _cases(draw: Draw) -> Case:
    b, shape, dtype = ModelBuilder(), draw(boxes()), draw(element_types())
    axis = draw(st.integers(0, len(shape) - 1))
    make = Tensors(draw, b, dtype)
    lengths = cuts(draw, shape[axis])
    if draw(st.booleans()) and len(lengths) == 1:
        lengths *= draw(st.integers(2, 4))
    inputs: list[int] = []
    read: list[int] = []
    kinds = draw(st.lists(st.sampled_from(("own", "own", "constant", "again")), max_size=5))
    for length, kind in zip(lengths, ["own", *kinds, *["own"] * 9], strict=False):
        part = with_axis(shape, axis, length)
        if kind == "again" and length == lengths[0]:
            read.append(inputs[0])
            continue
        read.append(make.constant(part) if kind == "constant" else make(part))
        if kind != "constant":
            inputs.append(read[-1])
    y = make(with_axis(shape, axis, sum(lengths)))
    b.operator("CONCATENATION", read, [y], axis=signed(draw, axis, len(shape)))
    return Case.of(b, inputs, [y], lengths=lengths, shape=shape, axis=axis, dtype=dtype)


cases = _cases()
