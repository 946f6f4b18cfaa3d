"""Operators on tensors that all have the same quantization."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, long_rows, scales, shapes, zero_points
from cases.elementwise import INTERPRETED, QUANTIZED, broadcast, values


@st.composite
def alike(
    draw: Draw,
    builtin: str,
    dtypes: tuple[str, ...],
    *,
    conditional: bool = False,
    broadcasts: bool = True,
) -> Case:
    """Cases of one operator; `conditional`: a tensor of bool precedes the two operands."""
    b, dtype = ModelBuilder(), draw(st.sampled_from(dtypes))
    shape = draw(shapes(1, 4) | shapes(4, 6, 3) | shapes(5, 6, 3) | long_rows())
    quantized, zero_point = dtype in QUANTIZED, draw(zero_points())
    meaning: tuple[Any, ...] = (draw(scales()), zero_point if dtype == "int8" else 0)
    meaning = meaning if quantized else ()
    types = ("bool", dtype, dtype) if conditional else (dtype, dtype)
    full, constant = (draw(st.integers(0, len(types) - 1)) for _ in range(2))
    constant = constant if draw(st.booleans()) else -1
    inputs, operands, small = [], [], False
    for number, of in enumerate(types):
        mine = shape if number == full or not broadcasts else draw(broadcast(shape))
        small = small or mine != shape
        about: tuple[Any, ...] = () if of == "bool" else meaning
        if number == constant:
            operands.append(b.constant(draw(values(mine, of)), *about, dtype=of))
        else:
            operands.append(b.tensor(mine, *about, dtype=of))
            inputs.append(operands[-1])
    z = b.tensor(shape, *meaning, dtype=dtype)
    b.operator(builtin, operands, [z])
    interpreter = not small or len(shape) <= INTERPRETED
    return Case.of(b, inputs, [z], interpreter=interpreter, dtype=dtype, shape=shape, full=full)
