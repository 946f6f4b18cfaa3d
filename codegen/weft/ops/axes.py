"""Axes as models name them, and as they are called once images are turned upright."""

from __future__ import annotations

from weft.errors import CompileError
from weft.ir import Tensor
from weft.ops.base import OpView
from weft.ops.broadcast import Shape
from weft.ops.checks import named


def from_front(axis: int, tensor: Tensor) -> int:
    """An axis counted from the front; CompileError if the tensor has no such axis."""
    rank = len(tensor.shape)
    if not -rank <= axis < rank:
        raise CompileError(f"axis {axis} is not one of the {rank} of {named(tensor)}")
    return axis % rank


def integers(op: OpView, position: int) -> tuple[int, ...]:
    """The values of a constant parameter."""
    return tuple(int(value) for value in op.input(position).data.ravel())


def upright_axis(axis: int, rank: int) -> int:
    """The axis of NHWC that an axis becomes when height and width change places."""
    axis += 4 - rank
    return {1: 2, 2: 1}.get(axis, axis)


def upright_values(values: Shape, fill: int) -> Shape:
    """A value for each axis of an upright image; axes that were not there have `fill`."""
    batch, height, width, channels = (fill,) * (4 - len(values)) + values
    return batch, width, height, channels
