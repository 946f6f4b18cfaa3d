"""ADD and MUL: broadcasting, constant operands, one tensor twice."""

from __future__ import annotations

import math
from collections.abc import Callable

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import (
    Case,
    Draw,
    activations,
    int8_values,
    interpreted,
    scales,
    shapes,
    zero_points,
)

OutputScale = Callable[[float, float], st.SearchStrategy[float]]
Interpretable = Callable[[float, float, float], bool]
"""Whether the interpreter computes the same with these scales."""

_INTERPRETED = 4  # axes that LiteRT broadcasts


@st.composite
def _broadcast(draw: Draw, shape: list[int]) -> list[int]:
    """A shape that broadcasts to another: some axes 1, some leading ones left out."""
    kept = [draw(st.sampled_from((n, n, 1))) for n in shape]
    return kept[draw(st.integers(0, len(shape) - 1)) if draw(st.booleans()) else 0 :]


def _always(*_: float) -> bool:
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
    simple_scales: bool = False,
    interpretable: Interpretable = _always,
) -> Case:
    """Cases of one operator; the output's scale depends on those of the operands.

    `simple_scales`: in two of three cases, all but one scale are powers of two.
    """
    b = ModelBuilder()
    shape = draw(shapes(1, 4) | shapes(5, 6, 3))
    kind = draw(st.sampled_from(("equal", "first", "second", "constant", "constant first", "same")))
    small = draw(_broadcast(shape)) if kind not in ("equal", "same") else shape
    left, right = (small, shape) if kind in ("first", "constant first") else (shape, small)
    first, second = draw(scales()), draw(scales())
    ratio = draw(st.none() | st.sampled_from((1.0, 0.5, 2.0, 3.0, 100.0)))
    second = second if ratio is None else first * ratio
    simple = simple_scales and draw(st.sampled_from((True, True, False)))
    if simple:
        first, second = _simple(first) if kind == "same" else first, _simple(second)
    constant = draw(int8_values(small))
    x = (
        b.constant(constant, first, draw(zero_points()))
        if kind == "constant first"
        else b.tensor(left, first, draw(zero_points()))
    )
    y, inputs = x, [x]
    if kind == "constant":
        y = b.constant(constant, second, draw(zero_points()))
    elif kind != "same":
        y = b.tensor(right, second, draw(zero_points()))
        inputs = [y] if kind == "constant first" else [x, y]
    other = first if kind == "same" else second
    made = draw(output_scale(first, other))
    made = _simple(made) if simple else made
    z = b.tensor(shape, made, draw(zero_points()))
    activation = draw(activations())
    b.operator(builtin, [x, y], [z], fused_activation_function=activation)
    interpreter = small == shape or len(shape) <= _INTERPRETED
    interpreter = interpreter and interpretable(first, other, made)
    interpreter = interpreter and interpreted(activation, made)
    return Case.of(b, inputs, [z], interpreter=interpreter, kind=kind, left=left, right=right)
