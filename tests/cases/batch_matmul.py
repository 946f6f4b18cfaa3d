"""BATCH_MATMUL: either operand transposed or constant, batches that broadcast, a square."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, channels, powers, scales, zero_points

_LIMITS = {"int8": (-128, 127), "int16": (-32768, 32767)}

Batch = tuple[int, ...]


@st.composite
def _batches(draw: Draw) -> tuple[Batch, Batch, Batch]:
    """Batches of both operands, and what they broadcast to."""
    batch = draw(st.lists(st.integers(1, 3), max_size=3))
    if draw(st.booleans()):
        return tuple(batch), tuple(batch), tuple(batch)
    one, other = (
        tuple(n if draw(st.integers(0, 3)) else 1 for n in batch)[draw(st.integers(0, 1)) :]
        for _ in range(2)
    )
    return one, other, np.broadcast_shapes(one, other)


@st.composite
def _cases(draw: Draw) -> Case:
    b, kind = ModelBuilder(), draw(st.sampled_from(("int8", "int16")))
    rows, columns, depth = draw(channels(9)), draw(channels(9)), draw(channels(20))
    left, right, made = draw(_batches())
    repeats = bool(left and right and right[-1] < left[-1])
    adj_x, adj_y = draw(st.booleans()) and not repeats, draw(st.booleans())
    shapes = (
        (*left, *((depth, rows) if adj_x else (rows, depth))),
        (*right, *((columns, depth) if adj_y else (depth, columns))),
    )
    output = (*made, rows, columns)
    constant = draw(st.sampled_from((None, None, "left", "right")))

    operands = []
    for shape, name in zip(shapes, ("left", "right"), strict=True):
        scale = draw(scales())
        zero_point = draw(zero_points()) if kind == "int8" else 0
        if name == constant:
            rng, (least, most) = np.random.default_rng(draw(st.integers(0, 99))), _LIMITS[kind]
            values = rng.integers(least, most + 1, shape)
            operands.append((b.constant(values, scale, zero_point, dtype=kind), scale))
        else:
            operands.append((b.tensor(shape, scale, zero_point, dtype=kind), scale))
    (x, scale_1), (w, scale_2) = operands
    wide = 150 if kind == "int8" else 40000
    multiplier = draw(powers(-2, 2) | powers(-30, 6)) / (wide * math.sqrt(depth))
    zero_point = draw(zero_points()) if kind == "int8" else 0
    y = b.tensor(output, float(np.float32(scale_1 * scale_2 / multiplier)), zero_point, dtype=kind)
    b.operator("BATCH_MATMUL", [x, w], [y], adj_x=adj_x, adj_y=adj_y)
    inputs = [t for t, name in ((x, "left"), (w, "right")) if name != constant]
    return Case.of(
        b, inputs, [y], shapes=shapes, adj_x=adj_x, adj_y=adj_y, kind=kind, constant=constant
    )


cases = _cases()
