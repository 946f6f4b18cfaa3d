"""PAD: any axes."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, scales, shapes, zero_points

_INTERPRETED = 5  # axes that LiteRT pads


@st.composite
def _cases(draw: Draw) -> Case:
    b = ModelBuilder()
    shape = [1, *draw(shapes(3, 3, 7))] if draw(st.booleans()) else draw(shapes(1, 6, 3))
    side = st.integers(0, 3) | st.just(0)
    pads = [[draw(side), draw(side)] for _ in shape]
    if len(shape) == 4 and draw(st.booleans()):
        pads[0] = [0, 0]
    scale, zero_point = draw(scales()), draw(zero_points())
    x = b.tensor(shape, scale, zero_point)
    padded = [before + n + after for n, (before, after) in zip(shape, pads, strict=True)]
    y = b.tensor(padded, scale, zero_point)
    b.operator("PAD", [x, b.constant(pads, dtype="int32")], [y])
    return Case.of(b, [x], [y], interpreter=len(shape) <= _INTERPRETED, shape=shape, pads=pads)


cases = _cases()
