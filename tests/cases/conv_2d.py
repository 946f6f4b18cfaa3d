"""CONV_2D: strides, dilations, groups, any channels. The interpreter wants a bias.

Half of the cases are as in trained models: no groups, numbers that fast kernels take. A quarter has
the filters that Winograd's algorithm is for, with any numbers; half of these have work enough.
"""

from __future__ import annotations

import math

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import (
    Case,
    Draw,
    activations,
    channels,
    filters,
    interpreted,
    layer_types,
    scales,
    window_of,
    windows,
)


@st.composite
def _cases(draw: Draw) -> Case:
    b, trained, square = ModelBuilder(), draw(st.booleans()), draw(st.integers(0, 3)) == 0
    large = square and draw(st.booleans())
    if square:
        window = window_of(draw, (3, 3), (1, 1), smallest=8 if large else 1)
    else:
        window = draw(windows(dilated=True) | windows(dilated=False))
    plain = trained or square
    groups = 1 if square else draw(st.sampled_from((1, 1, 2, 3, 4)))
    types = draw(layer_types(trained=trained, plain=square))
    fours = st.sampled_from((4, 8, 12, 16)) if plain else st.nothing()
    depth = draw(st.sampled_from((12, 16, 20, 36)) if large else channels(17 // groups) | fours)
    filters_ = groups * draw(st.integers(9, 17) if large else channels(9 // groups))
    scale, per_channel = draw(scales()), draw(st.booleans())
    kind = types.activations
    if kind == "int16" and draw(st.booleans()):
        depth = 530 // math.prod(window.size) + 1  # sums that may not fit 32 bits
    if trained and not large and draw(st.integers(0, 5)) == 0:
        depth = 1100 // math.prod(window.size) + 1  # or not 24
    x = b.tensor((1, *window.image, depth * groups), scale, draw(types.zero_points()), dtype=kind)
    shape = (filters_, *window.size, depth)
    numbers = filters(
        b, scale, shape, axis=0, per_channel=per_channel, types=types, trained=trained
    )
    f, y_zero = draw(numbers), draw(types.zero_points())
    y = b.tensor((1, *window.output, filters_), f.output_scale, y_zero, dtype=kind)
    activation = "RELU" if trained and draw(st.booleans()) else draw(activations())
    b.operator(
        "CONV_2D",
        [x, f.weights, *([] if f.bias is None else [f.bias])],
        [y],
        **window.options,
        **types.options,
        dilation_h_factor=window.dilation[0],
        dilation_w_factor=window.dilation[1],
        fused_activation_function=activation,
    )
    interpreter = f.bias is not None and interpreted(activation, f.output_scale)
    return Case.of(
        b,
        [x],
        [y],
        interpreter=interpreter,
        window=window,
        groups=groups,
        depth=depth,
        types=types,
    )


cases = _cases()
