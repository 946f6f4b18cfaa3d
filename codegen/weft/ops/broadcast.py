"""NumPy broadcasting of operands of any type, as strides that a kernel can follow.

Knows shapes and where operands come from; does not know what is computed from them. The kernels of
`broadcast_kernels` are made with runtime/include/weft/broadcast.h.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from weft.ir import Tensor
from weft.ops.base import Kernel, OpView, Params, Values, array
from weft.ops.checks import named
from weft.ops.geometry import Geometry, RowWindow, Whole

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
    "at least one operand is computed at run time"
    constants = [tensor for tensor in op.inputs if tensor is not None and tensor.const is not None]
    if len(constants) < len(op.inputs):
        return None
    return f"{' and '.join(map(named, constants))} are constant"


def broadcastable(op: OpView) -> str | None:
    "the operands' shapes broadcast to the output's shape"
    shapes = [tensor.shape for tensor in op.inputs if tensor is not None]
    try:
        common = np.broadcast_shapes(*shapes)
    except ValueError:
        common = None
    if common == op.output.shape:
        return None
    listed = ", ".join(str(list(shape)) for shape in shapes)
    return f"they are {listed} and {list(op.output.shape)}"


def at_most_six_axes(op: OpView) -> str | None:
    "tensors have at most 6 dimensions"
    rank = max(len(tensor.shape) for tensor in (*filter(None, op.inputs), *op.outputs))
    return None if rank <= MAX_AXES else f"there are {rank}"


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
    return all(_row_steps(t, op.output) is not None for t in op.inputs if t is not None)


def fits_rows_in_place(op: OpView) -> bool:
    """Whether, besides, operands that are computed lie as the output does and are as large."""
    size, rows = op.output.dtype.size, op.output.rows
    alike = all(t.rows == rows and t.dtype.size == size for t, _ in _computed(op))
    return alike and fits_rows(op)


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


def source(op: OpView, position: int) -> tuple[Values | int, int]:
    """The operand's constant, 0 for the null pointer, and its number among the kernel's inputs."""
    tensor = op.input(position)
    if tensor.const is not None:
        return array(tensor.data.ravel(), tensor.dtype.value), 0
    return 0, [identity for _, identity in _computed(op)].index(_identity(op, position))


def _identity(op: OpView, position: int) -> int:
    identity = op.node.inputs[position]
    assert identity is not None
    return identity


def _sources(op: OpView, order: Sequence[int]) -> Params:
    (constant1, in1), (constant2, in2) = (source(op, position) for position in order)
    return {"constant1": constant1, "constant2": constant2, "in1": in1, "in2": in2}


def row_pair(op: OpView, order: Sequence[int] = (0, 1)) -> Params:
    """Where a row kernel finds its operands: the fields of runtime/include/weft/row_pair.h.

    `order` says which input is operand 1.
    """
    first, second = (_row_steps(op.input(position), op.output) for position in order)
    assert first is not None and second is not None
    sizes: Shape = op.output.rows[1:]
    steps: tuple[Shape, ...] = (first.pixel, first.channel), (second.pixel, second.channel)
    if op.output.pitch is None:
        sizes, steps = collapse(sizes, *steps)
    pixels, channels = widened(sizes, 2, 1)
    (pixel1, channel1), (pixel2, channel2) = (widened(step, 2, 0) for step in steps)
    found = {
        **_sources(op, order),
        "row1": first.row,
        "row2": second.row,
        "pixel1": pixel1,
        "pixel2": pixel2,
        "channel1": channel1,
        "channel2": channel2,
        "pixels": pixels,
        "channels": channels,
        "output_step": channels if op.output.pitch is None else op.output.pitch,
    }
    return {f"rows.{name}": value for name, value in found.items()}


def row_kernels(kernel: Kernel, why: str | None = None) -> tuple[Kernel, Kernel]:
    """A kernel of rows: where it can run in place, and where operands repeat in another way.

    `why` is printed for both; None says how the operands lie.
    """

    def both(fits: Callable[[OpView], bool]) -> Callable[[OpView], bool]:
        return lambda op: fits(op) and kernel.when(op)

    by_rows = replace(
        kernel,
        rows=row_geometry,
        when=both(fits_rows),
        why=why or "row by row; an operand repeats rows, pixels or channels",
    )
    in_place = replace(
        by_rows,
        when=both(fits_rows_in_place),
        why=why or "row by row; the computed operands have the output's shape",
        in_place=True,
    )
    return in_place, by_rows


def _side_by_side(op: OpView) -> bool:
    """Whether the elements of a row lie side by side in both operands and in the output."""
    rows = row_pair(op)
    repeats = not (rows["rows.channel1"] and rows["rows.channel2"])
    return rows["rows.pixels"] == 1 and (not repeats or rows["rows.channels"] == 1)


def run_kernels(kernel: Kernel, why: str) -> tuple[Kernel, ...]:
    """A DSP kernel of rows made with runtime/include/weft/row_runs.h, and its like for operands
    that repeat pixels or channels."""
    repeating = replace(
        kernel,
        symbol=kernel.symbol.replace("_s8__", "_repeating_s8__"),
        source=kernel.source.replace("_s8__", "_repeating_s8__"),
    )
    straight = replace(
        kernel,
        when=lambda op: kernel.when(op) and fits_rows(op) and _side_by_side(op),
        pitched=False,
    )
    return *row_kernels(straight, why), *row_kernels(repeating, f"{why}, repeated ones copied")


Operands = Mapping[str, int]
"""For each operand, as runtime/include/weft/broadcast.h names it, which input it is."""

PAIR: Operands = {"pair.first": 0, "pair.second": 1}


def _walk_params(op: OpView, operands: Operands, *, by_rows: bool) -> Params:
    """How a kernel walks over a row, or over everything, and finds its operands."""
    walks = [_walk(op, position, by_rows=by_rows) for position in operands.values()]
    shape = op.output.rows[1:] if by_rows else op.output.shape
    sizes, steps = collapse(shape, *(step for _, step in walks))
    shape_name = "pair.shape" if operands.keys() == PAIR.keys() else "shape"
    params: dict[str, int | float | Values] = {
        shape_name: array(widened(sizes, MAX_AXES, 1), "uint32")
    }
    for (name, position), (row, _), step in zip(operands.items(), walks, steps, strict=True):
        constant, number = source(op, position)
        params |= {
            f"{name}.constant": constant,
            f"{name}.row": row,
            f"{name}.step": array(widened(step, MAX_AXES, 0), "uint32"),
            f"{name}.in": number,
        }
    return params


def _walk(op: OpView, position: int, *, by_rows: bool) -> tuple[int, Shape]:
    """Elements from one row of an operand to the next, and along each axis of the walk."""
    operand = op.input(position)
    if not by_rows:
        return 0, broadcast_steps(operand.shape, op.output.shape)
    steps = _row_steps(operand, op.output)
    assert steps is not None
    return steps.row, (steps.pixel, steps.channel)


def broadcast_kernels(
    symbol: str,
    header: str,
    numbers: Callable[[OpView], Params],
    when: Callable[[OpView], bool],
    operands: Operands = PAIR,
) -> tuple[Kernel, ...]:
    """A function of elements as a kernel that runs by rows where it can, for outputs with `when`.

    `numbers` are the fields of its parameters behind those of the walk.
    """

    def params(by_rows: bool) -> Callable[[OpView], Params]:
        return lambda op: {**_walk_params(op, operands, by_rows=by_rows), **numbers(op)}

    whole = Kernel(
        symbol=symbol,
        struct=f"weft_{header}_params",
        source=f"{header}.c",
        header=f"{header}.h",
        params=params(False),
        rows=whole_geometry,
        when=when,
        why="any broadcast",
    )
    return *row_kernels(replace(whole, params=params(True))), whole
