"""BATCH_MATMUL: either operand transposed or constant, batches that broadcast, a square."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, channels, powers, scales, zero_points


@st.composite
def _cases(draw: Draw) -> Case:
    b, kind = ModelBuilder(), draw(st.sampled_from(("int8", "int16")))
    rows, columns, depth = draw(channels(9)), draw(channels(9)), draw(channels(20))
    adj_x, adj_y = draw(st.booleans()), draw(st.booleans())
    batch = draw(st.lists(st.integers(1, 3), max_size=3))
    constant = draw(st.sampled_from((None, None, "left", "right")))
    widths, shapes = [], []
    for matrix, transposed in (((rows, depth), adj_x), ((depth, columns), adj_y)):
        kept = [n if draw(st.integers(0, 3)) else 1 for n in batch]
        own = kept if draw(st.integers(0, 3)) else kept[draw(st.integers(0, len(kept))) :]
        shapes.append((*own, *(matrix[::-1] if transposed else matrix)))
        widths.append((1,) * (len(batch) - len(own)) + tuple(own))
    made = tuple(max(pair) for pair in zip(*widths, strict=True))
    rank = max(len(shape) for shape in shapes)
    output = (*made, rows, columns)[-rank:]

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
    (left, scale_1), (right, scale_2) = operands
    wide = 150 if kind == "int8" else 40000
    multiplier = draw(powers(-2, 2) | powers(-30, 6)) / (wide * math.sqrt(depth))
    zero_point = draw(zero_points()) if kind == "int8" else 0
    y = b.tensor(output, float(np.float32(scale_1 * scale_2 / multiplier)), zero_point, dtype=kind)
    b.operator("BATCH_MATMUL", [left, right], [y], adj_x=adj_x, adj_y=adj_y)
    inputs = [t for t, name in ((left, "left"), (right, "right")) if name != constant]
    return Case.of(
        b, inputs, [y], shapes=shapes, adj_x=adj_x, adj_y=adj_y, kind=kind, constant=constant
    )


_LIMITS = {"int8": (-128, 127), "int16": (-32768, 32767)}

cases = _cases()
