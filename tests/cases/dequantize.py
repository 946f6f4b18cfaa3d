"""DEQUANTIZE from int8 and uint8."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, scales, shapes, zero_points


@st.composite
def _cases(draw: Draw) -> Case:
    b, shape, scale = ModelBuilder(), draw(shapes(1, 4)), draw(scales())
    dtype = draw(st.sampled_from(("int8", "uint8")))
    zero_point = draw(zero_points()) + (128 if dtype == "uint8" else 0)
    x = b.tensor(shape, scale, zero_point, dtype=dtype)
    y = b.tensor(shape, dtype="float32")
    b.operator("DEQUANTIZE", [x], [y])
    return Case.of(b, [x], [y], dtype=dtype, shape=shape, scale=scale, zero_point=zero_point)


cases = _cases()
