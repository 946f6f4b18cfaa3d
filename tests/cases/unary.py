"""Operators on one tensor, element by element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, interpreted, powers, scales, shapes, zero_points

Quantization = tuple[float, int]
"""Scale and zero point."""

Interpretable = Callable[[Quantization, Quantization], bool]
"""Whether the interpreter computes the same with these quantizations of input and output."""


_SCALES, _ZERO_POINTS = scales(), zero_points()


def _always(*_: Quantization) -> bool:
    return True


def bounded(_: Quantization, made: Quantization) -> bool:
    """Whether the interpreter can tell the limits of the output: see `interpreted`."""
    return interpreted("RELU6", made[0])


def rescaled(scale: float) -> st.SearchStrategy[float]:
    """Output scales: the input's, around it, far from it."""
    return (st.just(1.0) | powers(-3, 3) | powers(-13, 13)).map(lambda ratio: scale * ratio)


@st.composite
def unary(
    draw: Draw,
    builtin: str,
    *,
    dtypes: tuple[str, ...] = ("int8",),
    input_scale: st.SearchStrategy[float] = _SCALES,
    input_zero: st.SearchStrategy[int] = _ZERO_POINTS,
    output_scale: Callable[[float], st.SearchStrategy[float]] = rescaled,
    fixed: dict[str, Quantization] | None = None,
    interpretable: Interpretable = _always,
    **options: st.SearchStrategy[Any],
) -> Case:
    """Cases of one operator. `fixed`: the only quantization of the output, by type."""
    b, shape = ModelBuilder(), draw(shapes(1, 4) | st.just([4, 100]))
    dtype = draw(st.sampled_from(dtypes))
    centered = dtype == "int16"
    source = draw(input_scale), 0 if centered else draw(input_zero)
    made = draw(output_scale(source[0])), 0 if centered else draw(zero_points())
    made = made if fixed is None else fixed[dtype]
    x, y = (b.tensor(shape, *quantization, dtype=dtype) for quantization in (source, made))
    chosen = {name: draw(values) for name, values in options.items()}
    b.operator(builtin, [x], [y], **chosen)
    about = {"dtype": dtype, "shape": shape, "source": source, "made": made, **chosen}
    return Case.of(b, [x], [y], interpreter=interpretable(source, made), **about)
