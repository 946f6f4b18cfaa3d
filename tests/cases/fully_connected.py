"""FULLY_CONNECTED: batches, weights with a zero point, scales by channel."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import (
    PLAIN,
    Case,
    Draw,
    activations,
    channels,
    filters,
    interpreted,
    layer_types,
    scales,
    zero_points,
)


@st.composite
def _cases(draw: Draw) -> Case:
    b = ModelBuilder()
    depth = draw(channels() | st.sampled_from((31, 32, 33, 64, 130, 250, 251, 600, 1100, 1443)))
    units = draw(channels() | st.sampled_from((1, 2, 16, 17)))
    batch = draw(st.sampled_from((1, 1, 2, 3, 8)))
    scale, per_channel = draw(scales()), draw(st.booleans())
    layout = draw(st.sampled_from(("flat", "image", "kept")))
    shape = {"flat": (batch, depth), "image": (batch, 1, depth, 1), "kept": (1, batch, depth)}
    trained = draw(st.booleans())
    types = draw(layer_types(trained=trained))
    kind = types.activations
    x = b.tensor(shape[layout], scale, draw(types.zero_points()), dtype=kind)
    plain = types is PLAIN and not per_channel and not trained
    zero_point = draw(st.just(0) | zero_points()) if plain else 0
    numbers = filters(
        b,
        scale,
        (units, depth),
        axis=0,
        zero_point=zero_point,
        per_channel=per_channel,
        types=types,
        trained=trained,
    )
    f = draw(numbers)
    output = (1, batch, units) if layout == "kept" else (batch, units)
    y = b.tensor(output, f.output_scale, draw(types.zero_points()), dtype=kind)
    activation = "RELU" if trained and draw(st.booleans()) else draw(activations())
    b.operator(
        "FULLY_CONNECTED",
        [x, f.weights, -1 if f.bias is None else f.bias],
        [y],
        **types.options,
        keep_num_dims=layout == "kept",
        fused_activation_function=activation,
    )
    return Case.of(
        b,
        [x],
        [y],
        interpreter=interpreted(activation, f.output_scale),
        layout=layout,
        depth=depth,
        units=units,
        zero_point=zero_point,
        types=types,
    )


cases = _cases()
