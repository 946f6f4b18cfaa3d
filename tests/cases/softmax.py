"""SOFTMAX over the last axis, of int8 and int16."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, channels, powers, shapes, zero_points

_SPREAD = {
    ("int8", "int8"): (1 / 256, -128),
    ("int8", "int16"): (1 / 65536, -32768),
    ("int16", "int16"): (1 / 32768, 0),
}


@st.composite
def _cases(draw: Draw) -> Case:
    """LiteRT fills the tables for int16 in another precision than TensorFlow Lite Micro."""
    b = ModelBuilder()
    source, target = draw(st.sampled_from((("int8", "int8"), *_SPREAD)))
    shape = draw(shapes(1, 3))
    shape = [*shape, draw(channels() | st.sampled_from((100, 300, 511)))][:4]
    if source == "int8":
        scale = draw(powers(-8, 2) | powers(-20, 12))
    else:
        scale = draw(powers(-16, -8) | powers(-28, -3))
    beta = draw(st.sampled_from((1.0, 1.0, 0.1, 7.5)))
    zero_point = draw(zero_points()) if source == "int8" else 0
    x = b.tensor(shape, scale, zero_point, dtype=source)
    y = b.tensor(shape, *_SPREAD[source, target], dtype=target)
    b.operator("SOFTMAX", [x], [y], beta=beta)
    about = {"types": (source, target), "shape": shape, "scale": scale, "beta": beta}
    return Case.of(b, [x], [y], interpreter=source == "int8", **about)


cases = _cases()
