"""TRANSPOSE: axes in another order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from weft.ops.axes import integers
from weft.ops.base import Operator, Options, OpView, Values
from weft.ops.broadcast import at_most_six_axes, packed_steps
from weft.ops.checks import constant, require, takes
from weft.ops.copy import same_meaning, same_type
from weft.ops.movement.box_slices import Box
from weft.ops.movement.boxes import box_kernels, spread_kernel
from weft.ops.streams import Streams


@dataclass(frozen=True, slots=True)
class TransposeAttrs:
    """Axis i of the output is axis perm[i] of the input; none is negative."""

    perm: tuple[int, ...]


def _permutation(op: OpView) -> str | None:
    "the permutation names every axis of the input once"
    perm, rank = op.attrs.perm, len(op.input(0).shape)
    return None if sorted(perm) == list(range(rank)) else f"it is {list(perm)} for rank {rank}"


def _permuted_shape(op: OpView) -> str | None:
    "the output's shape is the input's shape permuted"
    shape = op.input(0).shape
    permuted = [shape[axis] for axis in op.attrs.perm]
    return (
        None
        if list(op.output.shape) == permuted
        else f"they are {list(op.output.shape)} and {permuted}"
    )


def _boxes(op: OpView) -> Sequence[Box]:
    steps = packed_steps(op.input(0).shape)
    permuted = tuple(steps[axis] for axis in op.attrs.perm)
    return (Box(op.output.shape, permuted, packed_steps(op.output.shape)),)


_BY_ROWS, _WHOLE = box_kernels(_boxes)


class Transpose(Operator):
    """out[i, j, ...] = in with its axes permuted."""

    name = "transpose"
    tflite = "TRANSPOSE"
    streams = Streams.WHERE_ROWS_ALLOW
    options = "TransposeOptions"
    parameters = (1,)
    checks = (
        takes(1),
        same_type,
        same_meaning,
        at_most_six_axes,
        _permutation,
        _permuted_shape,
    )
    kernels = (_BY_ROWS, spread_kernel(_boxes), _WHOLE)

    @staticmethod
    def parse(options: Options, op: OpView) -> TransposeAttrs:
        require(op, takes(2), constant(1, "permutation"))
        rank = len(op.input(0).shape)
        return TransposeAttrs(tuple(axis + rank if axis < 0 else axis for axis in integers(op, 1)))

    @staticmethod
    def idle(op: OpView) -> bool:
        moved = [axis for axis in op.attrs.perm if op.input(0).shape[axis] > 1]
        return moved == sorted(moved)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return (np.ascontiguousarray(np.transpose(np.asarray(inputs[0]), op.attrs.perm)),)
