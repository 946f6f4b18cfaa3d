"""MEAN: any axes, negative ones and repeated ones too."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, powers, scales, shapes, zero_points


@st.composite
def _cases(draw: Draw) -> Case:
    b = ModelBuilder()
    image = draw(st.booleans())
    shape = [1, *draw(shapes(3, 3, 9))] if image else draw(shapes(1, 4))
    axes = draw(st.lists(st.integers(-len(shape), len(shape) - 1), min_size=1, max_size=4))
    if image and draw(st.booleans()):
        axes = [1, 2]
    reduced, keep = {a % len(shape) for a in axes}, draw(st.booleans())
    output = [1 if i in reduced else n for i, n in enumerate(shape) if keep or i not in reduced]
    scale = draw(scales())
    x = b.tensor(shape, scale, draw(zero_points()))
    ratio = draw(powers(-3, 3) | st.just(1.0) | powers(-12, 24))
    y = b.tensor(output, scale * ratio, draw(zero_points()))
    b.operator("MEAN", [x, b.constant(axes, dtype="int32")], [y], keep_dims=keep)
    return Case.of(b, [x], [y], shape=shape, axes=axes, keep=keep, scale=scale, ratio=ratio)


cases = _cases()
