"""RELU and RELU6."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, powers, scales, shapes, zero_points


@st.composite
def rectifiers(draw: Draw, builtin: str) -> Case:
    """Cases of one operator."""
    b, shape, scale = ModelBuilder(), draw(shapes(1, 4)), draw(scales())
    ratio = draw(st.just(1.0) | powers(-3, 3) | powers(-20, 20))
    x = b.tensor(shape, scale, draw(zero_points()))
    y = b.tensor(shape, scale * ratio, draw(zero_points()))
    b.operator(builtin, [x], [y])
    return Case.of(b, [x], [y], shape=shape, scale=scale, ratio=ratio)
