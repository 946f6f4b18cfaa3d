"""NumPy broadcasting of two int8 operands, as strides that a kernel can follow.

Knows shapes and where operands come from; does not know what is computed from them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from weft.ir import Tensor
from weft.ops.base import Geometry, OpView, Params, RowWindow, Values, Whole, array
from weft.ops.checks import named

MAX_AXES = 6
"""Axes of the general kernels; WEFT_AXES of runtime/include/weft/walk.h."""

Shape = tuple[int, ...]
"""Sizes, or elements from one index of an axis to the next; an axis that repeats has step 0."""


@dataclass(frozen=True, slots=True)
class _RowSteps:
    """Elements from one row, pixel and channel of an operand to the next, 0 where it repeats."""

    row: int
    pixel: int
    channel: int


def one_computed(op: OpView) -> str | None:
    "at least one of the two operands is computed at run time"
    constants = [tensor for tensor in op.inputs if tensor is not None and tensor.const is not None]
    return f"{' and '.join(map(named, constants))} are constant" if len(constants) == 2 else None


def broadcastable(op: OpView) -> str | None:
    "the operands' shapes broadcast to the output's shape"
    a, b, out = op.input(0).shape, op.input(1).shape, op.output.shape
    rank = max(len(a), len(b))
    pairs = zip((1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b, strict=True)
    common = tuple(y if x == 1 else x for x, y in pairs)
    if common == out and _repeats_into(a, out) and _repeats_into(b, out):
        return None
    return f"they are {list(a)}, {list(b)} and {list(out)}"


def at_most_six_axes(op: OpView) -> str | None:
    "tensors have at most 6 dimensions"
    rank = max(len(tensor.shape) for tensor in (*filter(None, op.inputs), *op.outputs))
    return None if rank <= MAX_AXES else f"there are {rank}"


def _repeats_into(operand: Shape, output: Shape) -> bool:
    tail = output[len(output) - len(operand) :]
    return len(operand) <= len(output) and all(
        size in (1, whole) for size, whole in zip(operand, tail, strict=True)
    )


def packed_steps(shape: Shape) -> Shape:
    """Elements from one index of each axis to the next in a packed tensor."""
    return tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))


def broadcast_steps(operand: Shape, output: Shape) -> Shape:
    """The same for an operand that broadcasts: one step for each axis of the output."""
    steps = packed_steps(operand)
    own = tuple(0 if size == 1 else step for size, step in zip(operand, steps, strict=True))
    return (0,) * (len(output) - len(operand)) + own


def collapse(shape: Shape, *steps: Shape) -> tuple[Shape, tuple[Shape, ...]]:
    """Leave out axes of size 1 and merge neighbors that every operand walks as one."""
    axes: list[tuple[int, Shape]] = []
    for size, *here in zip(shape, *steps, strict=True):
        if size == 1:
            continue
        step = tuple(here)
        if axes and all(s == size * t for s, t in zip(axes[-1][1], step, strict=True)):
            axes[-1] = (axes[-1][0] * size, step)
        else:
            axes.append((size, step))
    sizes = tuple(size for size, _ in axes)
    return sizes, tuple(tuple(step[i] for _, step in axes) for i in range(len(steps)))


def widened(values: Shape, axes: int, fill: int) -> Shape:
    """`values` with leading axes up to `axes` of them."""
    return (fill,) * (axes - len(values)) + values


def _row_steps(operand: Tensor, output: Tensor) -> _RowSteps | None:
    """None if the rows of the operand do not line up with the rows of the output.

    That the shapes broadcast is known. Then sizes that are equal or 1 in the row view mean the
    same broadcast: a size that stands for several axes is 1, or full, only if all of them are.
    """
    sizes = operand.rows
    if any(size not in (1, full) for size, full in zip(sizes, output.rows, strict=True)):
        return None
    return _RowSteps(
        *(0 if n == 1 else step for n, step in zip(sizes, packed_steps(sizes), strict=True))
    )


def fits_rows(op: OpView) -> bool:
    """Whether each operand has for every output row one row, with pixels or channels repeated."""
    return all(_row_steps(op.input(i), op.output) is not None for i in (0, 1))


def fits_rows_in_place(op: OpView) -> bool:
    """Whether, besides, no operand that is computed at run time is broadcast."""
    return fits_rows(op) and all(t.rows == op.output.rows for t, _ in _computed(op))


def row_geometry(op: OpView) -> Geometry:
    """Output row y needs row y of each operand, or row 0 of one that has a single row."""
    rows = op.output.rows[0]
    return Geometry(
        tuple(RowWindow(stride=1 if t.rows[0] == rows else 0) for t, _ in _computed(op))
    )


def whole_geometry(op: OpView) -> Geometry:
    """Everything at once, packed."""
    return Geometry(tuple(Whole() for _ in _computed(op)), whole_output=True)


def _computed(op: OpView) -> Iterator[tuple[Tensor, int]]:
    """The operands that are computed at run time, each once: x + x reads one input."""
    seen: set[int] = set()
    for tensor, identity in zip(op.inputs, op.node.inputs, strict=True):
        if tensor is not None and tensor.const is None and identity not in seen:
            assert identity is not None
            seen.add(identity)
            yield tensor, identity


def _source(op: OpView, position: int) -> tuple[Values | int, int]:
    """The operand's constant, 0 for the null pointer, and its number among the kernel's inputs."""
    tensor = op.input(position)
    if tensor.const is not None:
        return array(tensor.data.ravel(), "int8"), 0
    return 0, [identity for _, identity in _computed(op)].index(_identity(op, position))


def _identity(op: OpView, position: int) -> int:
    identity = op.node.inputs[position]
    assert identity is not None
    return identity


def _sources(op: OpView, order: Sequence[int]) -> Params:
    (constant1, in1), (constant2, in2) = (_source(op, position) for position in order)
    return {"constant1": constant1, "constant2": constant2, "in1": in1, "in2": in2}


def row_params(op: OpView, order: Sequence[int] = (0, 1)) -> Params:
    """Where a row kernel finds its operands; `order` says which input is its operand 1."""
    first, second = (_row_steps(op.input(position), op.output) for position in order)
    assert first is not None and second is not None
    sizes, steps = collapse(
        op.output.rows[1:], (first.pixel, first.channel), (second.pixel, second.channel)
    )
    pixels, channels = widened(sizes, 2, 1)
    (pixel1, channel1), (pixel2, channel2) = (widened(step, 2, 0) for step in steps)
    return {
        **_sources(op, order),
        "row1": first.row,
        "row2": second.row,
        "pixel1": pixel1,
        "pixel2": pixel2,
        "channel1": channel1,
        "channel2": channel2,
        "pixels": pixels,
        "channels": channels,
    }


def box_params(op: OpView) -> Params:
    """Where a general kernel finds its operands."""
    shape = op.output.shape
    sizes, steps = collapse(shape, *(broadcast_steps(op.input(i).shape, shape) for i in (0, 1)))
    step1, step2 = (array(widened(step, MAX_AXES, 0), "uint32") for step in steps)
    return {
        **_sources(op, (0, 1)),
        "shape": array(widened(sizes, MAX_AXES, 1), "uint32"),
        "step1": step1,
        "step2": step2,
    }
