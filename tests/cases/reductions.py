"""Reductions: any axes, negative ones and repeated ones too."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, powers, scales, shapes, zero_points


@dataclass(frozen=True)
class Axes:
    """A shape, axes of it as a model may list them, and what is left."""

    shape: list[int]
    axes: list[int]
    keep: bool
    output: list[int]


@st.composite
def axes(draw: Draw) -> Axes:
    """Often an image, whose rows are taken one by one."""
    if draw(st.booleans()) or draw(st.booleans()):
        shape = [1, *draw(shapes(3, 3, 9))][draw(st.sampled_from((0, 0, 1))) :]
    else:
        shape = draw(shapes(1, 4) | shapes(5, 6, 3))
    rank = len(shape)
    listed = draw(st.lists(st.integers(-rank, rank - 1), min_size=1, max_size=4))
    reduced, keep = {a % rank for a in listed}, draw(st.booleans())
    output = [1 if i in reduced else n for i, n in enumerate(shape) if keep or i not in reduced]
    return Axes(shape, listed, keep, output)


@st.composite
def sums(draw: Draw, builtin: str, *, interpreter: bool) -> Case:
    """MEAN and SUM, int8 and int16."""
    b, a = ModelBuilder(), draw(axes())
    dtype = draw(st.sampled_from(("int8", "int8", "int16")))
    scale, ratio = draw(scales()), draw(powers(-3, 3) | st.just(1.0) | powers(-12, 24))
    points = zero_points() if dtype == "int8" else st.just(0)
    x = b.tensor(a.shape, scale, draw(points), dtype=dtype)
    y = b.tensor(a.output, scale * ratio, draw(points), dtype=dtype)
    b.operator(builtin, [x, b.constant(a.axes, dtype="int32")], [y], keep_dims=a.keep)
    return Case.of(b, [x], [y], interpreter=interpreter, axes=a, ratio=ratio, dtype=dtype)


@st.composite
def products(draw: Draw) -> Case:
    """REDUCE_PROD, int8 and int16; products that vanish, that fill the output, that overflow."""
    b, a = ModelBuilder(), draw(axes())
    dtype = draw(st.sampled_from(("int8", "int8", "int16")))
    count = math.prod(a.shape[axis] for axis in {i % len(a.shape) for i in a.axes})
    usual = -7 if dtype == "int8" else -15  # factors become about 1
    each = draw(powers(usual - 1, usual + 2) | powers(-35, 6.9))  # what brings a factor to 1
    made = draw(powers(-10, 4) | powers(-60, 60))
    points = zero_points() if dtype == "int8" else st.just(0)
    x = b.tensor(a.shape, each * made ** (1 / count), draw(points), dtype=dtype)
    y = b.tensor(a.output, made, draw(points), dtype=dtype)
    b.operator("REDUCE_PROD", [x, b.constant(a.axes, dtype="int32")], [y], keep_dims=a.keep)
    return Case.of(b, [x], [y], axes=a, each=each, made=made, dtype=dtype)


@st.composite
def extremes(draw: Draw, builtin: str, *types: str) -> Case:
    """Operators that keep the values of one type."""
    b, a, dtype = ModelBuilder(), draw(axes()), draw(st.sampled_from(types))
    quant = {"scale": draw(scales()), "zero_point": draw(zero_points()) if dtype == "int8" else 0}
    if dtype in ("int32", "bool"):
        quant = {}
    x = b.tensor(a.shape, **quant, dtype=dtype)
    y = b.tensor(a.output, **quant, dtype=dtype)
    b.operator(builtin, [x, b.constant(a.axes, dtype="int32")], [y], keep_dims=a.keep)
    return Case.of(b, [x], [y], axes=a, dtype=dtype)


@st.composite
def arg_extremes(draw: Draw, builtin: str) -> Case:
    """An axis, and where along it the extreme is."""
    b, a, dtype = ModelBuilder(), draw(axes()), draw(st.sampled_from(("int8", "int16", "int32")))
    axis, index = a.axes[0], draw(st.sampled_from(("int32", "int64")))
    output = [n for i, n in enumerate(a.shape) if i != axis % len(a.shape)]
    x, y = b.tensor(a.shape, 0.5, dtype=dtype), b.tensor(output, dtype=index)
    b.operator(builtin, [x, b.constant([axis], dtype="int32")], [y], output_type=index.upper())
    interpreter = dtype != "int16"
    return Case.of(b, [x], [y], interpreter=interpreter, axes=a, types=(dtype, index))
