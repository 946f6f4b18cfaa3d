"""DEPTHWISE_CONV_2D: any multiplier, strides, dilations.

Without a bias the interpreter reads memory that is not its own.
"""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import (
    INT4,
    INT16,
    PLAIN,
    Case,
    Draw,
    activations,
    channels,
    filters,
    interpreted,
    scales,
    window_of,
    windows,
)


@st.composite
def _cases(draw: Draw) -> Case:
    types = draw(st.sampled_from((PLAIN, PLAIN, PLAIN, PLAIN, INT4, INT16)))
    # Half of the cases are what networks are made of, and what the fastest kernels are for; most of
    # these have numbers as in trained models.
    usual = draw(st.booleans())
    stride = draw(st.sampled_from(((1, 1), (1, 1), (2, 2), (2, 2), (3, 3), (1, 4), (2, 1))))
    sizes = (3, 3), (3, 3), (3, 3), (5, 5), (5, 5), (7, 7), (7, 1), (1, 8), (4, 9), (1, 1)
    size = draw(st.sampled_from(sizes))
    window = window_of(draw, size, stride) if usual else draw(windows(dilated=True))
    if usual and draw(st.integers(0, 3)) == 3:
        window = window_of(draw, size, stride, draw(st.sampled_from(((2, 2), (1, 3)))))
    if types is INT16 and draw(st.booleans()):  # sums that may not fit 32 bits
        window = window_of(draw, draw(st.sampled_from(((24, 23), (1, 520)))), stride)
    b, depth = ModelBuilder(), draw(st.integers(4, 17) if draw(st.booleans()) else channels())
    multiplier = draw(st.sampled_from((1, 1, 1, 1, 2, 4) if usual else (1, 1, 2, 3, 5)))
    scale, per_channel = draw(scales()), draw(st.booleans())
    kind = types.activations
    x = b.tensor((1, *window.image, depth), scale, draw(types.zero_points()), dtype=kind)
    shape = (1, *window.size, depth * multiplier)
    trained = usual and draw(st.integers(0, 3)) > 0
    f = draw(
        filters(b, scale, shape, axis=3, per_channel=per_channel, types=types, trained=trained)
    )
    positive = usual and kind == "int8" and draw(st.integers(0, 3)) > 0
    zero_point = -128 if positive else draw(types.zero_points())
    y = b.tensor((1, *window.output, depth * multiplier), f.output_scale, zero_point, dtype=kind)
    activation = "RELU" if positive else draw(activations())
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
        b,
        [x],
        [y],
        interpreter=interpreter,
        window=window,
        depth=depth,
        multiplier=multiplier,
        types=types,
    )


cases = _cases()
