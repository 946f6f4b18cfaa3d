"""RESHAPE, in front of and behind an operator that does something."""

from __future__ import annotations

import math

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, scales, shapes, zero_points


@st.composite
def _cases(draw: Draw) -> Case:
    b, shape = ModelBuilder(), draw(shapes(1, 5))
    scale, zero_point = draw(scales()), draw(zero_points())
    first, *rest = draw(st.permutations(shape))
    flat = [1, first, math.prod(rest)]
    kind = draw(st.sampled_from(("alone", "front", "behind", "twice")))
    x = at = b.tensor(shape, scale, zero_point)
    if kind in ("behind", "twice"):
        at = _relu(b, at, shape, scale, zero_point)
    y = b.tensor(flat, scale, zero_point)
    b.operator("RESHAPE", [at, b.constant(flat, dtype="int32")], [y], new_shape=flat)
    if kind in ("front", "twice"):
        y = _relu(b, y, flat, scale, zero_point)
    return Case.of(b, [x], [y], kind=kind, shape=shape, flat=flat)


def _relu(b: ModelBuilder, x: int, shape: list[int], scale: float, zero_point: int) -> int:
    y = b.tensor(shape, scale, zero_point)
    b.operator("RELU", [x], [y])
    return y


cases = _cases()
