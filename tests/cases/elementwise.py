"""ADD and MUL: broadcasting, constant operands, one tensor twice."""

from __future__ import annotations

from collections.abc import Callable

from cases.common import Case, Draw, activations, int8_values, scales, shapes, zero_points
from hypothesis import strategies as st
from model_builder import ModelBuilder

OutputScale = Callable[[float, float], st.SearchStrategy[float]]

_INTERPRETED = 4  # axes that LiteRT broadcasts


@st.composite
def _broadcast(draw: Draw, shape: list[int]) -> list[int]:
    """A shape that broadcasts to another: some axes 1, some leading ones left out."""
    kept = [draw(st.sampled_from((n, n, 1))) for n in shape]
    return kept[draw(st.integers(0, len(shape) - 1)) if draw(st.booleans()) else 0 :]


@st.composite
def elementwise(draw: Draw, builtin: str, output_scale: OutputScale) -> Case:
    """Cases of one operator; the output's scale depends on those of the operands."""
    b = ModelBuilder()
    shape = draw(shapes(1, 4) | shapes(5, 6, 3))
    kind = draw(st.sampled_from(("equal", "first", "second", "constant", "constant first", "same")))
    small = draw(_broadcast(shape)) if kind not in ("equal", "same") else shape
    left, right = (small, shape) if kind in ("first", "constant first") else (shape, small)
    first, second = draw(scales()), draw(scales().filter(lambda s: s > 0))
    ratio = draw(st.none() | st.sampled_from((1.0, 0.5, 2.0, 3.0, 100.0)))
    second = second if ratio is None else first * ratio
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
    made = draw(output_scale(first, first if kind == "same" else second))
    z = b.tensor(shape, made, draw(zero_points()))
    b.operator(builtin, [x, y], [z], fused_activation_function=draw(activations()))
    interpreter = small == shape or len(shape) <= _INTERPRETED
    return Case.of(b, inputs, [z], interpreter=interpreter, kind=kind, left=left, right=right)
