"""What operators share that reduce a tensor along some of its axes.

How rows are taken, and which loops a kernel runs. One input row after the other where that is
possible: an axis inside of the row is reduced at once, the axis of the rows bit by bit. Knows
shapes, not what is computed from the reduced elements.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from weft.ir import DType, Node
from weft.ops.axes import from_front, integers
from weft.ops.base import Options, OpView, Params, array, whole
from weft.ops.broadcast import MAX_AXES
from weft.ops.checks import computed, constant, named, require, takes
from weft.ops.geometry import Geometry, RowWindow

HOW = "any axes; the rows of an image are taken as they come"
"""Why a kernel of a reduction is chosen."""


@dataclass(frozen=True, slots=True)
class Reduction:
    """The reduced axes, ascending from 0, and whether they stay as axes of length 1."""

    axes: tuple[int, ...]
    keep_dims: bool


def parse_axes(op: OpView) -> tuple[int, ...]:
    """The axes that the second input lists, ascending from 0, each once."""
    require(op, takes(2), constant(1, "list of axes"))
    return tuple(sorted({from_front(axis, op.input(0)) for axis in integers(op, 1)}))


def parse_reduction(options: Options, op: OpView) -> Reduction:
    """The attributes of an operator with the options of the schema's reducers."""
    return Reduction(parse_axes(op), bool(options["keep_dims"]))


def rank_1_to_6(op: OpView) -> str | None:
    "the input has rank 1 to 6"
    rank = len(op.input(0).shape)
    return None if 1 <= rank <= MAX_AXES else f"{named(op.input(0))} has rank {rank}"


def output_shape(op: OpView) -> str | None:
    "the output has the input's shape with the reduced axes 1 (keep_dims) or left out"
    reduced = dict.fromkeys(op.attrs.axes, 1)
    shape = dict(enumerate(op.input(0).shape))
    kept = {axis: n for axis, n in shape.items() if axis not in reduced}
    expected = tuple(({**shape, **reduced} if op.attrs.keep_dims else kept).values())
    if op.output.shape == expected:
        return None
    return f"{named(op.output)} is {list(op.output.shape)} instead of {list(expected)}"


SHAPE_CHECKS = (computed(0, "input"), rank_1_to_6, output_shape)


def of_type(*types: DType) -> Callable[[OpView], bool]:
    """For kernels of some element types."""
    return lambda op: op.input(0).dtype in types


def count(op: OpView) -> int:
    """How many elements of the input make one of the output."""
    return math.prod(op.input(0).shape[axis] for axis in op.attrs.axes)


def by_rows(op: OpView) -> bool:
    """Whether the input is an image that is taken row by row."""
    height = op.input(0).rows[0]
    return height > 1 and op.output.rows[0] in (1, height)


def across_rows(op: OpView) -> bool:
    """Whether the rows themselves are reduced, so that each step adds to the same outputs."""
    return by_rows(op) and len(op.input(0).shape) - 3 in op.attrs.axes


def _fills_row(op: OpView) -> bool:
    """Whether each input row makes the next elements of the only output row."""
    return by_rows(op) and not across_rows(op) and op.output.rows[0] == 1


def geometry(op: OpView) -> Geometry:
    """A row of the input in each step; everything at once if the input is no image."""
    if not by_rows(op):
        return whole(op)
    return Geometry((RowWindow(),), accumulate=op.output.rows[0] == 1)


def of_pixels(op: OpView) -> bool:
    """Whether a step reduces pixels, each channel on its own."""
    (*outer, channels), (*rest, pixels) = _loops(op, False), _loops(op, True)
    return {*outer, *rest} == {(1, 0)} and channels[1] == 1 and pixels[1] == channels[0]


def loop_params(op: OpView) -> Params:
    """Where a kernel finds the elements of a step, and which outputs it makes of them."""
    height = op.input(0).rows[0]
    return {
        "kept": array(_loops(op, False), "uint32"),
        "reduced": array(_loops(op, True), "uint32"),
        "advance": op.output.elements // height if _fills_row(op) else 0,
        "across": int(across_rows(op)),
    }


def _loops(op: OpView, reduced: bool) -> list[tuple[int, int]]:
    """Three loops over kept or reduced elements, outermost first: (length, stride) each.

    Neighboring axes of the same kind are one loop, so six axes make at most three of each.
    """
    shape: Sequence[int] = op.input(0).shape
    if by_rows(op):
        shape = [1] * (len(shape) - 2) + list(shape[-2:])
    axes = [i for i, length in enumerate(shape) if length > 1]
    loops = [(1, 0)] * 3
    for is_reduced, run in groupby(axes, lambda i: i in op.attrs.axes):
        members = list(run)
        if is_reduced == reduced:
            stride = math.prod(shape[members[-1] + 1 :])
            loops.append((math.prod(shape[i] for i in members), stride))
    return loops[-3:]


def int32_across(op: OpView) -> int:
    """State of a kernel that keeps an int32 for each output from row to row."""
    return 4 * op.output.elements if across_rows(op) else 0


def turned(op: OpView) -> Node | None:
    """The reduction of an image of height 1 to one pixel, upright; others do not turn."""
    missing = 4 - len(op.input(0).shape)
    reduced = {axis + missing for axis in op.attrs.axes}
    sizes = (1,) * missing + op.input(0).shape
    if missing < 0 or any(
        size > 1 and (i in reduced) != (i in (1, 2)) for i, size in enumerate(sizes)
    ):
        return None
    # Reduced axes are left out until the output's rank is reached: W, H, then N (and C if 1).
    rank = len(op.output.shape)
    axes = (1, 2) if rank == 4 else sorted((1, 2, 0, 3)[: 4 - rank])
    return replace(op.node, attrs=replace(op.attrs, axes=tuple(axes), keep_dims=rank == 4))
