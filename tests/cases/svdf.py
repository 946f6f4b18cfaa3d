"""SVDF: int16 and int8 state, with and without bias, several ranks and lengths of memory."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, bias, channels, int8_values, powers, zero_points


@st.composite
def _cases(draw: Draw) -> Case:
    b = ModelBuilder()
    kind = draw(st.sampled_from(("int16", "int16", "int16", "int8")))
    inputs, memory = draw(channels(9)), draw(st.integers(1, 6))
    rank, units = draw(st.integers(1, 3)), draw(channels(6))
    scale, features = draw(powers(-7, -2)), draw(powers(-9, -5))
    state_scale = scale * features * draw(powers(-3, 12) if kind == "int16" else powers(4, 14))
    time_scale = draw(powers(-9, -5))
    output_scale = (
        state_scale * time_scale * draw(powers(0, 24) if kind == "int16" else powers(0, 14))
    )
    x = b.tensor((1, inputs), scale, draw(zero_points()))
    wf = b.constant(draw(int8_values((rank * units, inputs))), features)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    info = np.iinfo(kind)
    values = rng.integers(info.min, info.max + 1, (rank * units, memory))
    if draw(st.booleans()):
        values = rng.choice([info.min, info.max], values.shape)
    wt = b.constant(values, time_scale, dtype=kind)
    with_bias = draw(st.booleans())
    offset = -1
    if with_bias:
        product = float(np.float32(state_scale) * np.float32(time_scale))
        offset = b.constant(draw(bias(units)), product, dtype="int32")
    state = b.variable((1, rank * units * memory), state_scale, dtype=kind)
    y = b.tensor((1, units), output_scale, draw(zero_points()))
    # The interpreter insists on RELU, which it then ignores.
    activation = draw(st.sampled_from(("RELU", "RELU", "RELU", "NONE")))
    b.operator(
        "SVDF", [x, wf, wt, offset, state], [y], rank=rank, fused_activation_function=activation
    )
    interpreter = kind == "int16" and activation == "RELU"
    return Case.of(
        b, [x], [y], interpreter=interpreter, kind=kind, memory=memory, rank=rank, bias=with_bias
    )


cases = _cases()
