"""DEPTHWISE_CONV_2D: any multiplier, strides, dilations.

Without a bias the interpreter reads memory that is not its own.
"""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import (
    Case,
    Draw,
    activations,
    channels,
    filters,
    interpreted,
    scales,
    window_of,
    windows,
    zero_points,
)


@st.composite
def _cases(draw: Draw) -> Case:
    # Half of the cases are what networks are made of, and what the fastest kernels are for.
    usual = draw(st.booleans())
    stride = draw(st.sampled_from(((1, 1), (2, 2))))
    size = draw(st.sampled_from(((3, 3), (3, 3), (5, 5), (7, 7), (7, 1))))
    window = window_of(draw, size, stride) if usual else draw(windows(dilated=True))
    b, multiplier = ModelBuilder(), 1 if usual else draw(st.sampled_from((1, 1, 2, 3, 5)))
    depth = draw(st.integers(4, 17) if usual else channels())
    scale, per_channel = draw(scales()), draw(st.booleans())
    x = b.tensor((1, *window.image, depth), scale, draw(zero_points()))
    shape = (1, *window.size, depth * multiplier)
    f = draw(filters(b, scale, shape, axis=3, per_channel=per_channel))
    zero_point = -128 if usual else draw(zero_points())
    y = b.tensor((1, *window.output, depth * multiplier), f.output_scale, zero_point)
    activation = "RELU" if usual else draw(activations())
    b.operator(
        "DEPTHWISE_CONV_2D",
        [x, f.weights, *([] if f.bias is None else [f.bias])],
        [y],
        **window.options,
        dilation_h_factor=window.dilation[0],
        dilation_w_factor=window.dilation[1],
        depth_multiplier=multiplier,
        fused_activation_function=activation,
    )
    interpreter = f.bias is not None and interpreted(activation, f.output_scale)
    return Case.of(
        b, [x], [y], interpreter=interpreter, window=window, depth=depth, multiplier=multiplier
    )


cases = _cases()
