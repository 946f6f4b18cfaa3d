"""TILE along any axes."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw
from cases.movement import Tensors, boxes, element_types, parameter

_INTERPRETED = 8  # axes that LiteRT tiles


@st.composite
def _cases(draw: Draw) -> Case:
    b, shape, dtype = ModelBuilder(), draw(boxes()), draw(element_types())
    make = Tensors(draw, b, dtype)
    repeats = [draw(st.sampled_from((1, 1, 2, 3))) for _ in shape]
    x, y = make(shape), make([n * times for n, times in zip(shape, repeats, strict=True)])
    b.operator("TILE", [x, parameter(b, repeats)], [y])
    interpreter = dtype != "int16" and len(shape) <= _INTERPRETED
    return Case.of(b, [x], [y], interpreter=interpreter, shape=shape, repeats=repeats, dtype=dtype)


cases = _cases()
