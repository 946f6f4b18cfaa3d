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
    windows,
    zero_points,
)


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
    activation = draw(activations())
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
