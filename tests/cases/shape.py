"""SHAPE, as an output and as the shape of a RESHAPE."""

from __future__ import annotations

import math

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, scales, shapes, zero_points


@st.composite
def _cases(draw: Draw) -> Case:
    b, shape = ModelBuilder(), draw(shapes(1, 5))
    scale, zero_point = draw(scales()), draw(zero_points())
    dtype = draw(st.sampled_from(("int32", "int64")))
    x = b.tensor(shape, scale, zero_point)
    y = b.tensor((len(shape),), dtype=dtype)
    b.operator("SHAPE", [x], [y], out_type=2 if dtype == "int32" else 4)
    if dtype == "int64" or draw(st.booleans()):
        return Case.of(b, [x], [y], shape=shape, dtype=dtype)
    flat = b.tensor((math.prod(shape),), scale, zero_point)
    z = b.tensor(shape, scale, zero_point)
    b.operator("RESHAPE", [flat, y], [z], new_shape=shape)
    return Case.of(b, [x, flat], [z], shape=shape, flat=True)


cases = _cases()
