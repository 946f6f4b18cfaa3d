"""SPLIT, SPLIT_V and UNPACK: a tensor cut into several along an axis.

Outputs that are parts of the input's rows are made side by side, row by row. Others are better
made one by one, each when its rows are needed: `part` is the node that makes one alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from weft.errors import CompileError
from weft.ir import Node, Tensor
from weft.ops.axes import from_front, integers, upright_axis
from weft.ops.base import Operator, Options, OpView, Values
from weft.ops.broadcast import Shape, at_most_six_axes, packed_steps
from weft.ops.checks import computed, constant, named, require, takes
from weft.ops.copy import one_meaning, one_type
from weft.ops.movement.box_slices import Box
from weft.ops.movement.boxes import box_kernels, by_rows
from weft.ops.movement.slice import Slice, SliceAttrs


@dataclass(frozen=True, slots=True)
class SplitAttrs:
    """The axis of the input that is cut; not negative. The outputs' shapes say where."""

    axis: int


def _shapes(op: OpView) -> list[Shape]:
    """The outputs' shapes; UNPACK's with the axis that it drops."""
    shapes = [tensor.shape for tensor in op.outputs]
    if op.node.op != "unpack":
        return shapes
    axis = op.attrs.axis
    return [(*shape[:axis], 1, *shape[axis:]) for shape in shapes]


def _shapes_split(op: OpView) -> str | None:
    "the outputs differ along the axis only, and are as long there together as the input"
    axis, whole = op.attrs.axis, op.input(0).shape
    shapes = _shapes(op)
    for tensor, shape in zip(op.outputs, shapes, strict=True):
        fits = len(shape) == len(whole) and shape[:axis] == whole[:axis]
        if not (fits and shape[axis + 1 :] == whole[axis + 1 :]):
            return f"{named(tensor)} is {list(tensor.shape)} and the input {list(whole)}"
    length = sum(shape[axis] for shape in shapes)
    if length != whole[axis]:
        return f"they are {length} together and the input {whole[axis]}"
    return None


def _starts(op: OpView) -> list[int]:
    """Where each output begins along the axis."""
    lengths = [shape[op.attrs.axis] for shape in _shapes(op)]
    return list(itertools.accumulate(lengths[:-1], initial=0))


def _boxes(op: OpView) -> Sequence[Box]:
    steps = packed_steps(op.input(0).shape)
    return [
        Box(shape, steps, packed_steps(shape), source=start * steps[op.attrs.axis], output=number)
        for number, (shape, start) in enumerate(zip(_shapes(op), _starts(op), strict=True))
    ]


def splits_rows(op: OpView) -> bool:
    """Whether the outputs are parts of the input's rows, so that one step makes a row of each."""
    return len({t.rows[0] for t in op.outputs}) == 1 and by_rows(op, _boxes)


def part(op: OpView, number: int) -> Node:
    """The node that makes one of the outputs alone."""
    begin, shape = [0] * len(op.input(0).shape), _shapes(op)[number]
    begin[op.attrs.axis] = _starts(op)[number]
    attrs = SliceAttrs(tuple(begin), (1,) * len(begin), shape)
    return replace(op.node, op=Slice.name, outputs=(op.node.outputs[number],), attrs=attrs)


class Splitting(Operator):
    """What the three share."""

    checks = (
        takes(1, several_outputs=True),
        computed(0, "input"),
        one_type,
        one_meaning,
        at_most_six_axes,
        _shapes_split,
    )
    kernels = box_kernels(_boxes)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        parts = np.split(np.asarray(inputs[0]), _starts(op)[1:], axis=op.attrs.axis)
        return tuple(
            values.reshape(tensor.shape) for values, tensor in zip(parts, op.outputs, strict=True)
        )


class Split(Splitting):
    """The input cut into equal outputs along an axis."""

    name = "split"
    tflite = "SPLIT"
    options = "SplitOptions"
    parameters = (0,)

    @staticmethod
    def parse(options: Options, op: OpView) -> SplitAttrs:
        require(op, takes(2, several_outputs=True), constant(0, "axis"))
        return _along(integers(op, 0), op.input(1))

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return _turned(op)


class SplitV(Splitting):
    """The input cut into outputs of given sizes along an axis."""

    name = "split_v"
    tflite = "SPLIT_V"
    options = "SplitVOptions"
    parameters = (1, 2)

    @staticmethod
    def parse(options: Options, op: OpView) -> SplitAttrs:
        require(op, takes(3, several_outputs=True), constant(1, "sizes"), constant(2, "axis"))
        return _along(integers(op, 2), op.input(0))

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return _turned(op)


class Unpack(Splitting):
    """The input's slices along an axis, each without that axis."""

    name = "unpack"
    tflite = "UNPACK"
    options = "UnpackOptions"
    fields = ("axis",)

    @staticmethod
    def parse(options: Options, op: OpView) -> SplitAttrs:
        require(op, takes(1, several_outputs=True))
        return SplitAttrs(from_front(int(options["axis"]), op.input(0)))


def _along(axes: Sequence[int], tensor: Tensor) -> SplitAttrs:
    if len(axes) != 1:
        raise CompileError(f"it has {len(axes)} axes, not one")
    return SplitAttrs(from_front(axes[0], tensor))


def _turned(op: OpView) -> Node | None:
    rank = len(op.input(0).shape)
    if rank > 4:
        return None
    return replace(op.node, attrs=SplitAttrs(upright_axis(op.attrs.axis, rank)))
