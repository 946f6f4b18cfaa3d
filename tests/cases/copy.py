"""COPY, which the compiler makes where a windowed reader meets a tensor that must be packed, where
a constant is an output, and where a part of a joined tensor has other readers, too."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, channels, int8_values, scales, sizes, zero_points


@st.composite
def _cases(draw: Draw) -> Case:
    """A depthwise filter that reads a model output, or a model input, beyond its sides."""
    b, scale, zero_point = ModelBuilder(), draw(scales()), draw(zero_points())
    depth, width = draw(channels()), draw(st.sampled_from((2, 3, 5)))
    shape = (1, draw(sizes()), draw(sizes()), depth)
    x = made = b.tensor(shape, scale, zero_point)
    outputs = []
    if draw(st.booleans()):
        made = b.tensor(shape, scale, zero_point)
        b.operator("RELU", [x], [made])
        outputs.append(made)
    if draw(st.booleans()):
        dtype = draw(st.sampled_from(("int8", "int32", "float32")))
        outputs.append(b.constant(draw(int8_values(shape)), dtype=dtype))
    if draw(st.booleans()):
        part, joined = (b.tensor((*shape[:3], n * depth), scale, zero_point) for n in (1, 2))
        other = b.constant(draw(int8_values(shape)), scale, zero_point)
        b.operator("RELU6", [x], [part])
        b.operator("CONCATENATION", [draw(st.sampled_from((x, other))), part], [joined], axis=3)
        outputs.append(joined)
    weights = b.constant([[[[c % 7 - 3 for c in range(depth)]] * width]], 0.5)
    bias = b.constant([0] * depth, scale * 0.5, dtype="int32")
    y = b.tensor(shape, scale, draw(zero_points()))
    options = {"padding": "SAME", "stride_h": 1, "stride_w": 1, "depth_multiplier": 1}
    b.operator("DEPTHWISE_CONV_2D", [made, weights, bias], [y], **options)
    return Case.of(b, [x], [*outputs, y], shape=shape, width=width, made=len(outputs))


cases = _cases()
