"""CONV_2D: strides, dilations, groups, any channels. The interpreter wants a bias."""

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
    groups = draw(st.sampled_from((1, 1, 2, 3)))
    depth, filters_ = draw(channels(17 // groups)), groups * draw(channels(9 // groups))
    scale, per_channel = draw(scales()), draw(st.booleans())
    x = b.tensor((1, *window.image, depth * groups), scale, draw(zero_points()))
    shape = (filters_, *window.size, depth)
    f = draw(filters(b, scale, shape, axis=0, per_channel=per_channel))
    y = b.tensor((1, *window.output, filters_), f.output_scale, draw(zero_points()))
    activation = draw(activations())
    b.operator(
        "CONV_2D",
        [x, f.weights, *([] if f.bias is None else [f.bias])],
        [y],
        **window.options,
        dilation_h_factor=window.dilation[0],
        dilation_w_factor=window.dilation[1],
        fused_activation_function=activation,
    )
    interpreter = f.bias is not None and interpreted(activation, f.output_scale)
    return Case.of(b, [x], [y], interpreter=interpreter, window=window, groups=groups, depth=depth)


cases = _cases()
