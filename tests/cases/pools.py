"""Both pools: any window, also one that is larger than the image."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import (
    Case,
    Draw,
    activations,
    channels,
    interpreted,
    scales,
    windows,
    zero_points,
)


@st.composite
def pools(draw: Draw, builtin: str) -> Case:
    """Cases of one of the pools."""
    b, window, depth = ModelBuilder(), draw(windows(dilated=False)), draw(channels())
    scale, kind = draw(scales()), draw(st.sampled_from(("int8", "int16")))
    zero_point = 0 if kind == "int16" else draw(zero_points())
    x = b.tensor((1, *window.image, depth), scale, zero_point, dtype=kind)
    y = b.tensor((1, *window.output, depth), scale, zero_point, dtype=kind)
    activation = draw(activations())
    b.operator(
        builtin,
        [x],
        [y],
        **window.options,
        filter_height=window.size[0],
        filter_width=window.size[1],
        fused_activation_function=activation,
    )
    interpreter = interpreted(activation, scale)
    return Case.of(
        b,
        [x],
        [y],
        interpreter=interpreter,
        window=window,
        depth=depth,
        zero_point=zero_point,
        kind=kind,
    )
