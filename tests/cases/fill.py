"""FILL, as an output and as an operand."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, scales, shapes, zero_points


@st.composite
def _cases(draw: Draw) -> Case:
    b, shape, value = ModelBuilder(), draw(shapes(1, 4)), draw(st.integers(-128, 127))
    dims = b.constant(shape, dtype=draw(st.sampled_from(("int32", "int64"))))
    dtype = draw(st.sampled_from(("int8", "int32", "float32")))
    if dtype != "int8":
        y = b.tensor(shape, dtype=dtype)
        b.operator("FILL", [dims, b.constant(value, dtype=dtype)], [y])
        x = b.tensor((1,), 0.5)
        return Case.of(b, [x], [y], shape=shape, dtype=dtype, value=value)
    scale, zero_point = draw(scales()), draw(zero_points())
    x, y, z = (b.tensor(shape, scale, zero_point) for _ in range(3))
    b.operator("FILL", [dims, b.constant(value, scale, zero_point)], [y])
    b.operator("ADD", [x, y], [z])
    return Case.of(b, [x], [z], shape=shape, dtype=dtype, value=value)


cases = _cases()
