"""QUANTIZE: from float32, and between 8-bit types and scales."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, powers, scales, shapes, zero_points

_PAIRS = (("float32", "int8"), ("int8", "int8"), ("uint8", "int8"), ("int8", "uint8"))


@st.composite
def _cases(draw: Draw) -> Case:
    b, shape, scale = ModelBuilder(), draw(shapes(1, 4)), draw(scales())
    source, target = draw(st.sampled_from(_PAIRS))
    ratio = draw(st.just(1.0) | powers(-3, 3) | powers(-20, 20))

    def tensor(dtype: str, scale: float) -> int:
        if dtype == "float32":
            return b.tensor(shape, dtype=dtype)
        zero_point = draw(zero_points()) + (128 if dtype == "uint8" else 0)
        return b.tensor(shape, scale, zero_point, dtype=dtype)

    x, y = tensor(source, scale), tensor(target, scale * ratio)
    b.operator("QUANTIZE", [x], [y])
    return Case.of(b, [x], [y], types=(source, target), shape=shape, scale=scale, ratio=ratio)


cases = _cases()
