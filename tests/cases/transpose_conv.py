"""TRANSPOSE_CONV: filters smaller and larger than strides, images that strides do not divide.

A window over the output has the size of the input. Half of the cases have numbers as in trained
models, that fast kernels take.
"""

from __future__ import annotations

import math

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import (
    INT16,
    PLAIN,
    Case,
    Draw,
    activations,
    channels,
    filters,
    interpreted,
    scales,
    windows,
)


@st.composite
def _cases(draw: Draw) -> Case:
    b, window, trained = ModelBuilder(), draw(windows(dilated=False)), draw(st.booleans())
    types = draw(st.sampled_from((PLAIN, PLAIN, INT16) if trained else (PLAIN, INT16)))
    fours = st.sampled_from((4, 8, 12, 16)) if trained else st.nothing()
    depth, filters_ = draw(channels() | fours), draw(channels(9))
    if types is INT16 and draw(st.booleans()):
        depth = 530 // math.prod(window.size) + 1  # sums that may not fit 32 bits
    scale, per_channel = draw(scales()), draw(st.booleans())
    kind, shape = types.activations, (1, *window.image, filters_)
    x = b.tensor((1, *window.output, depth), scale, draw(types.zero_points()), dtype=kind)
    taps = (filters_, *window.size, depth)
    numbers = filters(b, scale, taps, axis=0, per_channel=per_channel, types=types, trained=trained)
    f = draw(numbers)
    y = b.tensor(shape, f.output_scale, draw(types.zero_points()), dtype=kind)
    activation = draw(activations())
    b.operator(
        "TRANSPOSE_CONV",
        [b.constant(shape, dtype="int32"), f.weights, x, *([] if f.bias is None else [f.bias])],
        [y],
        **window.options,
        fused_activation_function=activation,
    )
    interpreter = interpreted(activation, f.output_scale)
    return Case.of(b, [x], [y], interpreter=interpreter, window=window, depth=depth, types=types)


cases = _cases()
