"""L2_NORMALIZATION over the last axis."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, channels, scales, shapes, zero_points


@st.composite
def _cases(draw: Draw) -> Case:
    b = ModelBuilder()
    shape = [*draw(shapes(1, 3)), draw(channels() | st.sampled_from((100, 300)))][:4]
    x, y = b.tensor(shape, draw(scales()), draw(zero_points())), b.tensor(shape, 1 / 128, 0)
    b.operator("L2_NORMALIZATION", [x], [y])
    return Case.of(b, [x], [y], shape=shape)


cases = _cases()
