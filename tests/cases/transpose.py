"""TRANSPOSE: up to six axes, elements of one, two and four bytes."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, scales, shapes, zero_points


@st.composite
def _cases(draw: Draw) -> Case:
    b, shape = ModelBuilder(), draw(shapes(1, 4) | shapes(5, 6, 3))
    permutation = list(draw(st.permutations(range(len(shape)))))
    dtype = draw(st.sampled_from(("int8", "int8", "int16", "float32", "int32")))
    quant = {"scale": draw(scales()), "zero_point": draw(zero_points()) if dtype == "int8" else 0}
    if dtype in ("float32", "int32"):
        quant = {}
    x = b.tensor(shape, **quant, dtype=dtype)
    y = b.tensor([shape[p] for p in permutation], **quant, dtype=dtype)
    negative = [p - len(shape) if draw(st.booleans()) else p for p in permutation]
    b.operator("TRANSPOSE", [x, b.constant(negative, dtype="int32")], [y])
    return Case.of(b, [x], [y], shape=shape, permutation=negative, dtype=dtype)


cases = _cases()
