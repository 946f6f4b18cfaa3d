"""SOFTMAX over the last axis."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, channels, powers, shapes, zero_points


@st.composite
def _cases(draw: Draw) -> Case:
    b = ModelBuilder()
    shape = draw(shapes(1, 3))
    shape = [*shape, draw(channels() | st.sampled_from((100, 300)))][:4]
    scale = draw(powers(-8, 2) | powers(-20, 12))
    beta = draw(st.sampled_from((1.0, 1.0, 0.1, 7.5)))
    x = b.tensor(shape, scale, draw(zero_points()))
    y = b.tensor(shape, 1 / 256, -128)
    b.operator("SOFTMAX", [x], [y], beta=beta)
    return Case.of(b, [x], [y], shape=shape, scale=scale, beta=beta)


cases = _cases()
