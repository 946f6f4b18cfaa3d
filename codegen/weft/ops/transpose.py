"""TRANSPOSE: axes in another order, for elements of 1, 2 or 4 bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from weft.ops.base import Kernel, Operator, Options, OpView, Params, Values, array, whole
from weft.ops.broadcast import MAX_AXES, at_most_six_axes, collapse, packed_steps, widened
from weft.ops.checks import constant, require, takes
from weft.ops.copy import same_meaning, same_type


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


def _element_size(op: OpView) -> str | None:
    "elements have 1, 2 or 4 bytes"
    dtype = op.output.dtype
    return None if dtype.size in (1, 2, 4) else f"they are {dtype.value}"


def _params(op: OpView) -> Params:
    steps = packed_steps(op.input(0).shape)
    shape, (step,) = collapse(op.output.shape, tuple(steps[axis] for axis in op.attrs.perm))
    return {
        "shape": array(widened(shape, MAX_AXES, 1), "uint32"),
        # A leading axis of size 1 is never stepped along; 1 makes a lone element a plain copy.
        "step": array(widened(step, MAX_AXES, 1), "uint32"),
        "size": op.output.dtype.size,
    }


class Transpose(Operator):
    """out[i, j, ...] = in with its axes permuted."""

    name = "transpose"
    tflite = "TRANSPOSE"
    options = "TransposeOptions"
    parameters = (1,)
    checks = (
        takes(1),
        same_type,
        same_meaning,
        _element_size,
        at_most_six_axes,
        _permutation,
        _permuted_shape,
    )
    kernels = (
        Kernel(
            symbol="weft_transpose",
            struct="weft_transpose_params",
            source="transpose.c",
            header="transpose.h",
            params=_params,
            rows=whole,
        ),
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> TransposeAttrs:
        require(op, takes(2), constant(1, "permutation"))
        rank = len(op.input(0).shape)
        axes = (int(axis) for axis in op.input(1).data.ravel())
        return TransposeAttrs(tuple(axis + rank if axis < 0 else axis for axis in axes))

    @staticmethod
    def idle(op: OpView) -> bool:
        moved = [axis for axis in op.attrs.perm if op.input(0).shape[axis] > 1]
        return moved == sorted(moved)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return (np.ascontiguousarray(np.transpose(np.asarray(inputs[0]), op.attrs.perm)),)
