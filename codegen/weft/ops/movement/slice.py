"""SLICE and REVERSE_V2: elements at regular distances along each axis.

What the two share with STRIDED_SLICE, and with single outputs of SPLIT, is in `Slicing`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from weft.errors import CompileError
from weft.ir import Node
from weft.ops.axes import from_front, integers, upright_values
from weft.ops.base import Operator, Options, OpView, Values
from weft.ops.broadcast import at_most_six_axes, packed_steps
from weft.ops.checks import computed, constant, require, takes
from weft.ops.copy import same_meaning, same_type
from weft.ops.movement.box_slices import Box
from weft.ops.movement.boxes import box_kernels, keeps_bytes
from weft.ops.streams import Streams


@dataclass(frozen=True, slots=True)
class SliceAttrs:
    """Along each axis of the input `count` elements are taken, from `begin` on, `step` apart.

    Axes of length 1 that the model adds or drops show in the output's shape only.
    """

    begin: tuple[int, ...]
    step: tuple[int, ...]
    count: tuple[int, ...]


def _slice_inside(op: OpView) -> str | None:
    "the slice takes something along each axis, and nothing outside of the input"
    attrs: SliceAttrs = op.attrs
    shape = op.input(0).shape
    if len(attrs.begin) != len(shape):
        return f"it names {len(attrs.begin)} axes of {len(shape)}"
    for axis, size in enumerate(shape):
        first, step, count = attrs.begin[axis], attrs.step[axis], attrs.count[axis]
        last = first + (count - 1) * step
        if count < 1 or not (0 <= first < size and 0 <= last < size):
            return f"it takes {count} of {size} from {first} on along axis {axis}"
    return None


def _sliced_shape(op: OpView) -> str | None:
    "the output has the slice's shape, axes of length 1 aside"
    wanted, found = ([n for n in s if n > 1] for s in (op.attrs.count, op.output.shape))
    if wanted == found:
        return None
    return f"they are {list(op.attrs.count)} and {list(op.output.shape)}"


def slice_boxes(op: OpView) -> Sequence[Box]:
    """What a node with SliceAttrs copies."""
    attrs: SliceAttrs = op.attrs
    steps = packed_steps(op.input(0).shape)
    return (
        Box(
            shape=attrs.count,
            source_steps=tuple(math.prod(pair) for pair in zip(steps, attrs.step, strict=True)),
            target_steps=packed_steps(attrs.count),
            source=sum(math.prod(pair) for pair in zip(steps, attrs.begin, strict=True)),
        ),
    )


class Slicing(Operator):
    """Operators with SliceAttrs."""

    checks = (
        takes(1),
        computed(0, "input"),
        same_type,
        same_meaning,
        at_most_six_axes,
        _slice_inside,
        _sliced_shape,
    )
    kernels = box_kernels(slice_boxes)

    @staticmethod
    def turned(op: OpView) -> Node | None:
        attrs: SliceAttrs = op.attrs
        if len(attrs.begin) > 4:
            return None
        upright = SliceAttrs(
            upright_values(attrs.begin, 0),
            upright_values(attrs.step, 1),
            upright_values(attrs.count, 1),
        )
        return replace(op.node, attrs=upright)

    @staticmethod
    def idle(op: OpView) -> bool:
        return keeps_bytes(op, slice_boxes)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        values, attrs = np.asarray(inputs[0]), op.attrs
        for axis, count in enumerate(attrs.count):
            taken = attrs.begin[axis] + attrs.step[axis] * np.arange(count)
            values = np.take(values, taken, axis=axis)
        return (values.reshape(op.output.shape),)


class Slice(Slicing):
    """out = in[begin : begin + size], along each axis."""

    name = "slice"
    tflite = "SLICE"
    streams = Streams.WHERE_ROWS_ALLOW
    options = "SliceOptions"
    parameters = (1, 2)

    @staticmethod
    def parse(options: Options, op: OpView) -> SliceAttrs:
        require(op, takes(3), constant(1, "first element"), constant(2, "size"))
        shape, begin, size = op.input(0).shape, integers(op, 1), integers(op, 2)
        if not len(begin) == len(size) == len(shape):
            raise CompileError(f"it names {len(begin)} and {len(size)} axes of {len(shape)}")
        count = tuple(
            n - first if wanted == -1 else wanted
            for first, wanted, n in zip(begin, size, shape, strict=True)
        )
        return SliceAttrs(begin, (1,) * len(shape), count)


class ReverseV2(Slicing):
    """out = in with the order of the elements along some axes turned round."""

    name = "reverse_v2"
    tflite = "REVERSE_V2"
    parameters = (1,)

    @staticmethod
    def parse(options: Options, op: OpView) -> SliceAttrs:
        require(op, takes(2), constant(1, "list of axes"))
        shape = op.input(0).shape
        turned = {from_front(axis, op.input(0)) for axis in integers(op, 1)}
        axes = range(len(shape))
        return SliceAttrs(
            tuple(shape[axis] - 1 if axis in turned else 0 for axis in axes),
            tuple(-1 if axis in turned else 1 for axis in axes),
            shape,
        )
