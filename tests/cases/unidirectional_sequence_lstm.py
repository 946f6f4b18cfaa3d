"""LSTM: one step and many, time first or second, clipped cells, hidden zero points."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, bias, channels, int8_values, powers, zero_points


@st.composite
def _cases(draw: Draw) -> Case:
    b = ModelBuilder()
    inputs, units, steps = draw(channels(9)), draw(channels(9)), draw(st.integers(1, 6))
    time_major = draw(st.booleans())
    lead = (steps, 1) if time_major else (1, steps)
    scale, hidden_scale = draw(powers(-8, -3)), draw(powers(-9, -5))
    hidden_zero = draw(zero_points())
    x = b.tensor((*lead, inputs), scale, draw(zero_points()))
    tensors = [x] + [-1] * 23
    for gate in range(4):
        weights, again = draw(powers(-11, -4)), draw(powers(-11, -4))
        tensors[1 + gate] = b.constant(draw(int8_values((units, inputs))), weights)
        tensors[5 + gate] = b.constant(draw(int8_values((units, units))), again)
        product = float(np.float32(scale) * np.float32(weights))
        tensors[12 + gate] = b.constant(draw(bias(units)), product, dtype="int32")
    tensors[18] = b.variable((1, units), hidden_scale, hidden_zero)
    power = draw(st.integers(-15, -8))
    tensors[19] = b.variable((1, units), 2.0**power, dtype="int16")
    y = b.tensor((*lead, units), hidden_scale, hidden_zero)
    clip = draw(st.sampled_from((0.0, 0.0, 0.25, 10.0)))
    b.operator(
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        tensors,
        [y],
        fused_activation_function="TANH",
        cell_clip=clip,
        time_major=time_major,
    )
    # LiteRT approximates sigmoid and tanh otherwise.
    return Case.of(b, [x], [y], interpreter=False, lead=lead, depth=inputs, units=units, clip=clip)


cases = _cases()
