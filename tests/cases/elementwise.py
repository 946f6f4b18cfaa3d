"""Operators on two tensors: broadcasting, constant operands, one tensor twice."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import (
    Case,
    Draw,
    activations,
    int8_values,
    interpreted,
    long_rows,
    scales,
    shapes,
    zero_points,
)

OutputScale = Callable[[float, float], st.SearchStrategy[float]]
Interpretable = Callable[[str, float, float, float], bool]
"""Whether the interpreter computes the same for this type and these scales."""

INTERPRETED = 4  # axes that LiteRT broadcasts
QUANTIZED = ("int8", "int16")
_KINDS = ("equal", "first", "second", "constant", "constant first", "same")


@st.composite
def broadcast(draw: Draw, shape: list[int]) -> list[int]:
    """A shape that broadcasts to another: some axes 1, some leading ones left out."""
    kept = [draw(st.sampled_from((n, n, 1))) for n in shape]
    return kept[draw(st.integers(0, len(shape) - 1)) if draw(st.booleans()) else 0 :]


@st.composite
def values(draw: Draw, shape: list[int], dtype: str) -> Any:
    """Values of any type."""
    if dtype == "int8":
        return draw(int8_values(shape))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if dtype == "bool":
        return rng.integers(0, 2, tuple(shape))
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max + 1, tuple(shape))


def _always(*_: Any) -> bool:
    return True


def _simple(scale: float) -> float:
    """The next power of two below: products and quotients of such scales are exact."""
    return 2.0 ** math.floor(math.log2(scale))


@st.composite
def elementwise(
    draw: Draw,
    builtin: str,
    output_scale: OutputScale,
    *,
    dtypes: tuple[str, ...] = ("int8",),
    output_dtype: str | None = None,
    fused: bool = True,
    simple_scales: bool = False,
    interpretable: Interpretable = _always,
    **options: Any,
) -> Case:
    """Cases of one operator; the output's scale depends on those of the operands.

    `simple_scales`: in two of three cases, all but one scale are powers of two.
    """
    b, dtype = ModelBuilder(), draw(st.sampled_from(dtypes))
    shape = draw(shapes(1, 4) | shapes(5, 6, 3) | long_rows())
    kind = draw(st.sampled_from(_KINDS))
    small = draw(broadcast(shape)) if kind not in ("equal", "same") else shape
    left, right = (small, shape) if kind in ("first", "constant first") else (shape, small)
    first, second = draw(scales()), draw(scales())
    ratio = draw(st.none() | st.sampled_from((1.0, 0.5, 2.0)) | st.sampled_from((0.5, 3.0, 100.0)))
    second = second if ratio is None else first * ratio
    simple = simple_scales and draw(st.sampled_from((True, True, False)))
    if simple:
        first, second = _simple(first) if kind == "same" else first, _simple(second)
    other = first if kind == "same" else second
    made = draw(output_scale(first, other))
    made = _simple(made) if simple else made

    def quantization(scale: float, of: str = dtype) -> tuple[float | None, int]:
        zero_point = draw(zero_points())
        return (scale if of in QUANTIZED else None), (zero_point if of == "int8" else 0)

    def operand(constant: bool, shape: list[int], scale: float) -> int:
        if constant:
            return b.constant(draw(values(shape, dtype)), *quantization(scale), dtype=dtype)
        return b.tensor(shape, *quantization(scale), dtype=dtype)

    x = operand(kind == "constant first", left, first)
    y = x if kind == "same" else operand(kind == "constant", right, second)
    inputs = {"constant": [x], "constant first": [y], "same": [x]}.get(kind, [x, y])
    result = output_dtype or dtype
    z = b.tensor(shape, *quantization(made, result), dtype=result)
    activation = draw(activations()) if fused else "NONE"
    chosen = {"fused_activation_function": activation} if fused else {}
    b.operator(builtin, [x, y], [z], **chosen, **options)
    interpreter = small == shape or len(shape) <= INTERPRETED
    interpreter = interpreter and interpretable(dtype, first, other, made)
    interpreter = interpreter and (dtype not in QUANTIZED or interpreted(activation, made))
    about = {
        "kind": kind,
        "dtype": dtype,
        "left": left,
        "right": right,
        "scales": (first, other, made),
    }
    return Case.of(b, inputs, [z], interpreter=interpreter, **about)
