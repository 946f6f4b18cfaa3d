"""CONCATENATION and PACK: tensors side by side along an axis that they have, or along a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from weft.ir import Node, Place
from weft.ops.activation import Activation, fused_activation
from weft.ops.axes import from_front, upright_axis
from weft.ops.base import Operator, Options, OpView, Values
from weft.ops.broadcast import Shape, at_most_six_axes, packed_steps
from weft.ops.checks import all_given, named, require
from weft.ops.copy import one_meaning, one_type
from weft.ops.movement.box_slices import Box
from weft.ops.movement.boxes import box_kernels, keeps_bytes, place
from weft.ops.streams import Streams

_MOST_INPUTS = 1024  # small files can name one tensor very often


@dataclass(frozen=True, slots=True)
class JoinAttrs:
    """The axis of the output along which the inputs follow each other; not negative."""

    axis: int
    activation: Activation = Activation.NONE


def _one_output(op: OpView) -> str | None:
    "it makes one output"
    return None if len(op.outputs) == 1 else f"there are {len(op.outputs)}"


def _not_too_many(op: OpView) -> str | None:
    "there are at most 1024 inputs"
    return None if len(op.inputs) <= _MOST_INPUTS else f"there are {len(op.inputs)}"


def _some_computed(op: OpView) -> str | None:
    "at least one input is computed at run time"
    return "all are constant" if all(t is None or t.const is not None for t in op.inputs) else None


def _no_activation(op: OpView) -> str | None:
    "there is no fused activation"
    activation = op.attrs.activation
    return None if activation is Activation.NONE else f"it is {activation}"


def _shapes(op: OpView) -> list[Shape]:
    """The inputs' shapes; PACK's with the axis that it adds."""
    shapes = [tensor.shape for tensor in op.inputs if tensor is not None]
    if op.node.op != "pack":
        return shapes
    axis = op.attrs.axis
    return [(*shape[:axis], 1, *shape[axis:]) for shape in shapes]


def _shapes_join(op: OpView) -> str | None:
    "the inputs differ along the axis only, and the output is as long there as all together"
    axis, out = op.attrs.axis, op.output.shape
    shapes = _shapes(op)
    for tensor, shape in zip(op.inputs, shapes, strict=True):
        fits = len(shape) == len(out) and shape[:axis] == out[:axis]
        if tensor is not None and not (fits and shape[axis + 1 :] == out[axis + 1 :]):
            return f"{named(tensor)} is {list(tensor.shape)} and the output {list(out)}"
    length = sum(shape[axis] for shape in shapes)
    return None if length == out[axis] else f"they are {length} together and the output {out[axis]}"


def _boxes(op: OpView) -> Sequence[Box]:
    steps, found, at = packed_steps(op.output.shape), list[Box](), 0
    for position, shape in enumerate(_shapes(op)):
        target = at * steps[op.attrs.axis]
        found.append(Box(shape, packed_steps(shape), steps, target=target, input=position))
        at += shape[op.attrs.axis]
    return found


def places(op: OpView) -> tuple[Place, ...] | None:
    """Where the inputs lie in the output, for makers that write them there; None if one cannot."""
    found = [place(op, box) for box in _boxes(op)]
    whole = tuple(x for x in found if x is not None)
    return whole if len(whole) == len(found) else None


class Joining(Operator):
    """What both share."""

    streams = Streams.WHERE_ROWS_ALLOW
    checks = (
        all_given,
        _one_output,
        _not_too_many,
        _some_computed,
        one_type,
        one_meaning,
        _no_activation,
        at_most_six_axes,
        _shapes_join,
    )
    kernels = box_kernels(_boxes)

    @staticmethod
    def idle(op: OpView) -> bool:
        return keeps_bytes(op, _boxes)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        pairs = zip(inputs, _shapes(op), strict=True)
        parts = [np.asarray(values).reshape(shape) for values, shape in pairs]
        return (np.concatenate(parts, axis=op.attrs.axis),)


class Concatenation(Joining):
    """out = the inputs, one behind the other along an axis; written there by what makes them where
    that can be."""

    name = "concatenation"
    tflite = "CONCATENATION"
    options = "ConcatenationOptions"
    fields = ("axis", "fused_activation_function")

    @staticmethod
    def parse(options: Options, op: OpView) -> JoinAttrs:
        require(op, all_given, _one_output)
        axis = from_front(int(options["axis"]), op.output)
        return JoinAttrs(axis, fused_activation(options))

    @staticmethod
    def turned(op: OpView) -> Node | None:
        attrs: JoinAttrs = op.attrs
        rank = len(op.output.shape)
        if rank > 4:
            return None
        return replace(op.node, attrs=replace(attrs, axis=upright_axis(attrs.axis, rank)))


class Pack(Joining):
    """out = the inputs, one behind the other along a new axis; written there by what makes them
    where that can be."""

    name = "pack"
    tflite = "PACK"
    options = "PackOptions"
    fields = ("axis",)

    @staticmethod
    def parse(options: Options, op: OpView) -> JoinAttrs:
        require(op, all_given, _one_output)
        return JoinAttrs(from_front(int(options["axis"]), op.output))
