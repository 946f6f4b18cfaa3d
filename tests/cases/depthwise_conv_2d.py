"""DEPTHWISE_CONV_2D: any multiplier, strides, dilations."""

from __future__ import annotations

from cases.common import Case, Draw, activations, channels, filters, scales, windows, zero_points
from hypothesis import strategies as st
from model_builder import ModelBuilder


@st.composite
def _cases(draw: Draw) -> Case:
    b, window = ModelBuilder(), draw(windows(dilated=True))
    multiplier = draw(st.sampled_from((1, 1, 2, 3, 5)))
    depth = draw(channels())
    scale, per_channel = draw(scales()), draw(st.booleans())
    x = b.tensor((1, *window.image, depth), scale, draw(zero_points()))
    shape = (1, *window.size, depth * multiplier)
    f = draw(filters(b, scale, shape, axis=3, per_channel=per_channel))
    y = b.tensor((1, *window.output, depth * multiplier), f.output_scale, draw(zero_points()))
    b.operator(
        "DEPTHWISE_CONV_2D",
        [x, f.weights, *([] if f.bias is None else [f.bias])],
        [y],
        **window.options,
        dilation_h_factor=window.dilation[0],
        dilation_w_factor=window.dilation[1],
        depth_multiplier=multiplier,
        fused_activation_function=draw(activations()),
    )
    interpreter = f.bias is not None  # without one LiteRT reads what is not there
    return Case.of(
        b, [x], [y], interpreter=interpreter, window=window, depth=depth, multiplier=multiplier
    )


cases = _cases()
