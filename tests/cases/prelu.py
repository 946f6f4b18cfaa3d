"""PRELU, with slopes of any shape that broadcasts, constant or not."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import (
    Case,
    Draw,
    int8_values,
    long_rows,
    powers,
    scales,
    shapes,
    zero_points,
)
from cases.elementwise import INTERPRETED, QUANTIZED, broadcast


@st.composite
def _cases(draw: Draw) -> Case:
    b, dtype = ModelBuilder(), draw(st.sampled_from(QUANTIZED))
    shape = draw(shapes(1, 4) | long_rows())
    slopes = draw(broadcast(shape) | st.just(shape))
    scale, slope = draw(scales()), draw(powers(-9, 0))
    made = scale * draw(powers(-2, 2) | powers(-7, 20))
    points = [draw(zero_points()) if dtype == "int8" else 0 for _ in range(2)]
    x = b.tensor(shape, scale, points[0], dtype=dtype)
    if draw(st.booleans()):
        alpha, inputs = b.constant(draw(int8_values(slopes)), slope, draw(zero_points())), [x]
    else:
        alpha = b.tensor(slopes, slope, draw(zero_points()))
        inputs = [x, alpha]
    y = b.tensor(shape, made, points[1], dtype=dtype)
    b.operator("PRELU", [x, alpha], [y])
    # The interpreter asks for slopes of one axis less than the input, and for int8.
    interpreter = dtype == "int8" and len(slopes) <= INTERPRETED
    return Case.of(b, inputs, [y], interpreter=interpreter, dtype=dtype, shape=shape, slopes=slopes)


cases = _cases()
