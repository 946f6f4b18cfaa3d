"""LUT, which the compiler makes of elementwise operators in a row."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, powers, scales, shapes, zero_points


@st.composite
def _cases(draw: Draw) -> Case:
    b, shape, scale = ModelBuilder(), draw(shapes(1, 4)), draw(scales())
    x = y = b.tensor(shape, scale, draw(zero_points()))
    kinds = draw(st.lists(st.sampled_from(("RELU", "RELU6", "QUANTIZE")), min_size=2, max_size=4))
    for kind in kinds:
        # A change of scale: without one RELU6 behind RELU could be nothing but a name.
        scale *= draw(powers(-3, -0.1) | powers(0.1, 3))
        at, y = y, b.tensor(shape, scale, draw(zero_points()))
        b.operator(kind, [at], [y])
    return Case.of(b, [x], [y], shape=shape, kinds=kinds)


cases = _cases()
