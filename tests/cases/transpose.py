"""TRANSPOSE: up to six axes."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw
from cases.movement import Tensors, boxes, element_types, parameter, signed


@st.composite
def _cases(draw: Draw) -> Case:
    b, shape, dtype = ModelBuilder(), draw(boxes()), draw(element_types())
    make, permutation = Tensors(draw, b, dtype), draw(st.permutations(range(len(shape))))
    x, y = make(shape), make([shape[p] for p in permutation])
    given = [signed(draw, p, len(shape)) for p in permutation]
    b.operator("TRANSPOSE", [x, parameter(b, given)], [y])
    return Case.of(b, [x], [y], shape=shape, permutation=given, dtype=dtype)


cases = _cases()
