"""TILE and BROADCAST_TO: a tensor repeated along some axes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from weft.errors import CompileError
from weft.ir import Node
from weft.ops.axes import integers
from weft.ops.base import Operator, Options, OpView, Values
from weft.ops.broadcast import Shape, at_most_six_axes, packed_steps
from weft.ops.checks import computed, constant, require, takes
from weft.ops.copy import same_meaning, same_type
from weft.ops.movement.box_slices import Box
from weft.ops.movement.boxes import box_kernels, keeps_bytes
from weft.ops.streams import Streams


def _sizes(op: OpView) -> Shape:
    """The input's shape with axes of length 1 in front, up to the output's rank."""
    shape = op.input(0).shape
    return (1,) * (len(op.output.shape) - len(shape)) + shape


def _repeated_shape(op: OpView) -> str | None:
    "the output is a whole number of inputs long along each axis"
    shape, out = op.input(0).shape, op.output.shape
    if len(shape) <= len(out) and all(
        whole % size == 0 for size, whole in zip(_sizes(op), out, strict=True)
    ):
        return None
    return f"they are {list(out)} and {list(shape)}"


def _broadcast_shape(op: OpView) -> str | None:
    "each axis of the input is as long as that of the output, or 1"
    shape, out = op.input(0).shape, op.output.shape
    if len(shape) <= len(out) and all(
        size in (1, whole) for size, whole in zip(_sizes(op), out, strict=True)
    ):
        return None
    return f"they are {list(shape)} and {list(out)}"


def _boxes(op: OpView) -> Sequence[Box]:
    """One box that goes through each axis of the output as repeats of the axis of the input."""
    sizes, out = _sizes(op), op.output.shape
    shape, source, target = list[int](), list[int](), list[int]()
    for n, whole, here, there in zip(
        sizes, out, packed_steps(sizes), packed_steps(out), strict=True
    ):
        shape += [whole // n, n]
        source += [0, here]
        target += [n * there, there]
    return (Box(tuple(shape), tuple(source), tuple(target)),)


class Tile(Operator):
    """out = the input several times along each axis."""

    name = "tile"
    tflite = "TILE"
    streams = Streams.WHERE_ROWS_ALLOW
    options = "TileOptions"
    parameters = (1,)
    checks = (
        takes(1),
        computed(0, "input"),
        same_type,
        same_meaning,
        at_most_six_axes,
        _repeated_shape,
    )
    kernels = box_kernels(_boxes)

    @staticmethod
    def parse(options: Options, op: OpView) -> None:
        require(op, takes(2), constant(1, "list of repeats"))
        shape, repeats = op.input(0).shape, integers(op, 1)
        if len(repeats) != len(shape):
            raise CompileError(f"it has {len(repeats)} repeats for rank {len(shape)}")
        tiled = tuple(math.prod(pair) for pair in zip(shape, repeats, strict=True))
        if tiled != op.output.shape:
            raise CompileError(f"it makes {list(tiled)}, but the output is {list(op.output.shape)}")

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return op.node

    @staticmethod
    def idle(op: OpView) -> bool:
        return keeps_bytes(op, _boxes)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        repeats = [whole // n for n, whole in zip(_sizes(op), op.output.shape, strict=True)]
        return (np.tile(np.asarray(inputs[0]), repeats),)


class BroadcastTo(Tile):
    """out = the input repeated along axes of length 1."""

    name = "broadcast_to"
    tflite = "BROADCAST_TO"
    streams = Streams.WHERE_ROWS_ALLOW
    options = "BroadcastToOptions"
    checks = (*Tile.checks[:-1], _broadcast_shape)

    @staticmethod
    def parse(options: Options, op: OpView) -> None:
        require(op, takes(2), constant(1, "shape"))
