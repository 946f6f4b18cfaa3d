"""LOG_SOFTMAX over the last axis."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, channels, powers, shapes, zero_points


@st.composite
def _cases(draw: Draw) -> Case:
    b = ModelBuilder()
    shape = [*draw(shapes(1, 3)), draw(channels() | st.sampled_from((100, 300)))][:4]
    scale = draw(powers(-8, 2) | powers(-20, 12))
    x, y = b.tensor(shape, scale, draw(zero_points())), b.tensor(shape, 1 / 16, 127)
    b.operator("LOG_SOFTMAX", [x], [y])
    return Case.of(b, [x], [y], shape=shape, scale=scale)


cases = _cases()
