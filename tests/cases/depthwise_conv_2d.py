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
    types = draw(st.sampled_from((*(PLAIN,) * 6, INT4, INT16)))
    # Most cases are what networks are made of, and most of those of 3 by 3. Most of these have
    # numbers as in trained models, and many outputs that are cut off at 0.
    usual = draw(st.integers(0, 4)) > 0
    square = usual and draw(st.integers(0, 2)) > 0
    strides = (1, 1), (2, 2), *(() if square else ((3, 3), (1, 4), (2, 1)))
    sizes = (3, 3), *(() if square else ((5, 5), (5, 5), (7, 7), (7, 1), (1, 8), (4, 9), (1, 1)))
    stride, size = draw(st.sampled_from(strides)), draw(st.sampled_from(sizes))
    window = window_of(draw, size, stride) if usual else draw(windows(dilated=True))
    if usual and not square and draw(st.booleans()):
        window = window_of(draw, size, stride, draw(st.sampled_from(((2, 2), (1, 3)))))
    if square and draw(st.integers(0, 4)) == 4:
        window = window_of(draw, size, (1, 1), draw(st.sampled_from(((2, 2), (1, 2)))), smallest=8)
    if types is INT16 and draw(st.integers(0, 3)) == 0:  # sums that may not fit 32 bits
        window = window_of(draw, draw(st.sampled_from(((24, 23), (1, 520)))), stride)
    many = square or draw(st.booleans())
    b, depth = ModelBuilder(), draw(st.integers(4, 17) if many else channels())
    multiplier = draw(st.sampled_from((1,) if square else (1, 1, 2, 3, 4, 5)))
    if depth == 1 and draw(st.booleans()):
        multiplier = draw(st.integers(6, 18))
    scale, per_channel = draw(scales()), draw(st.booleans())
    kind = types.activations
    x = b.tensor((1, *window.image, depth), scale, draw(types.zero_points()), dtype=kind)
    shape = (1, *window.size, depth * multiplier)
    trained = (usual or types is INT16) and draw(st.integers(0, 3)) > 0
    f = draw(
        filters(b, scale, shape, axis=3, per_channel=per_channel, types=types, trained=trained)
    )
    cut = usual and kind == "int8" and draw(st.booleans())
    zero_point = -128 if cut else draw(types.zero_points())
    y = b.tensor((1, *window.output, depth * multiplier), f.output_scale, zero_point, dtype=kind)
    activation = "RELU" if cut else draw(activations())
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
