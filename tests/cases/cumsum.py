"""CUMSUM along any axis, in both directions, with a sum's own element or without."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, powers, scales, shapes, zero_points


@st.composite
def _cases(draw: Draw) -> Case:
    b, dtype = ModelBuilder(), draw(st.sampled_from(("int8", "int32")))
    shape = [1, *draw(shapes(3, 3, 7))] if draw(st.booleans()) else draw(shapes(1, 5))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    options = {"exclusive": draw(st.booleans()), "reverse": draw(st.booleans())}
    if dtype == "int8":
        scale, ratio = draw(scales()), draw(powers(-2, 4) | powers(-12, 12))
        x = b.tensor(shape, scale, draw(zero_points()))
        y = b.tensor(shape, scale * ratio, draw(zero_points()))
    else:
        x, y = (b.tensor(shape, dtype=dtype) for _ in range(2))
    b.operator("CUMSUM", [x, b.constant([axis], dtype="int32")], [y], **options)
    return Case.of(b, [x], [y], interpreter=False, shape=shape, axis=axis, **options)


cases = _cases()
