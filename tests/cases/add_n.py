"""ADD_N of two to twenty tensors, some of them the same."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, powers, scales, shapes, zero_points


@st.composite
def _cases(draw: Draw) -> Case:
    b, shape = ModelBuilder(), draw(shapes(1, 4))
    scale, zero_point = draw(scales()), draw(zero_points())
    inputs = [b.tensor(shape, scale, zero_point) for _ in range(draw(st.integers(1, 4)))]
    most = draw(st.sampled_from((3, 20)))
    more = draw(st.lists(st.sampled_from(inputs), min_size=1, max_size=most))
    y = b.tensor(shape, scale * draw(powers(-1, 3) | powers(-12, 12)), draw(zero_points()))
    b.operator("ADD_N", inputs + more, [y])
    return Case.of(b, inputs, [y], interpreter=False, shape=shape, order=inputs + more)


cases = _cases()
