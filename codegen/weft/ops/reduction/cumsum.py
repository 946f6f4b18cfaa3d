"""CUMSUM: the sum of the elements so far along an axis, int8 and int32.

int8 sums are requantized, as by an ADD of elements that all have the input's scale. TensorFlow
Lite Micro starts them at a stored, not a real, zero: -zero point steps; so does weft. Sums wrap.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from weft.errors import CompileError
from weft.ir import DType
from weft.ops.base import Kernel, Operator, Options, OpView, Params, Values, rowwise, whole
from weft.ops.checks import computed, named, same_shape, takes, unsuitable
from weft.ops.copy import same_type
from weft.ops.elementwise import headroom
from weft.ops.geometry import Geometry
from weft.ops.reduction.reduction import parse_axes, rank_1_to_6
from weft.ops.streams import Streams
from weft.quant import wrap32


@dataclass(frozen=True, slots=True)
class CumsumAttrs:
    """The axis, from 0; whether a sum leaves out its own element; whether it starts at the end."""

    axis: int
    exclusive: bool
    reverse: bool


def _types(op: OpView) -> str | None:
    "the input is int32, or int8 with one scale and one zero point each for input and output"
    if op.input(0).dtype is DType.INT8:
        return unsuitable((op.input(0), op.output), DType.INT8)
    dtype = op.input(0).dtype
    return None if dtype is DType.INT32 else f"{named(op.input(0))} is {dtype.value}"


def _output_not_too_fine(op: OpView) -> str | None:
    return headroom.output_not_too_fine(op) if _of_bytes(op) else None


_output_not_too_fine.__doc__ = f"for int8, {headroom.output_not_too_fine.__doc__}"


def _of_bytes(op: OpView) -> bool:
    return op.input(0).dtype is DType.INT8


def _of_words(op: OpView) -> bool:
    return not _of_bytes(op)


def _across(op: OpView) -> bool:
    """Whether rows that come one by one are added up."""
    tensor = op.input(0)
    rows = tensor.rows[0] > 1 and op.attrs.axis == len(tensor.shape) - 3
    return rows and not op.attrs.reverse


def _inside(op: OpView) -> bool:
    """Whether the axis lies inside of a row, be it that the tensor is only one."""
    tensor = op.input(0)
    return tensor.rows[0] == 1 or op.attrs.axis > len(tensor.shape) - 3


def _rows(op: OpView) -> Geometry:
    return rowwise(op) if _across(op) or _inside(op) else whole(op)


def _params(op: OpView) -> Params:
    shape, axis = op.input(0).shape, op.attrs.axis
    length, inner = shape[axis], math.prod(shape[axis + 1 :])
    step = op.input(0).elements // (op.input(0).rows[0] if _rows(op) == rowwise(op) else 1)
    if _across(op):
        length = 1
    return {
        "outer": step // (length * inner),
        "length": length,
        "inner": inner,
        "exclusive": int(op.attrs.exclusive),
        "reverse": int(op.attrs.reverse),
        "across": int(_across(op)),
    }


def _byte_params(op: OpView) -> Params:
    return {**_params(op), **headroom.params(op)}


def _sums(op: OpView) -> int:
    _, pixels, channels = op.output.rows
    return 4 * pixels * channels if _across(op) else 0


class Cumsum(Operator):
    """out = sum of the elements up to here."""

    name = "cumsum"
    tflite = "CUMSUM"
    streams = Streams.WHERE_ROWS_ALLOW
    options = "CumsumOptions"
    fields = ("exclusive", "reverse")
    parameters = (1,)
    checks = (
        takes(1),
        computed(0, "input"),
        _types,
        same_type,
        same_shape,
        rank_1_to_6,
        _output_not_too_fine,
    )
    kernels = (
        Kernel(
            symbol="weft_cumsum_s8",
            struct="weft_cumsum_s8_params",
            source="cumsum_s8.c",
            header="cumsum.h",
            params=_byte_params,
            rows=_rows,
            when=_of_bytes,
            why="row by row, unless it goes from the last row up",
            state=_sums,
        ),
        Kernel(
            symbol="weft_cumsum_s32",
            struct="weft_cumsum_params",
            source="cumsum_s32.c",
            header="cumsum.h",
            params=_params,
            rows=_rows,
            when=_of_words,
            why="row by row, unless it goes from the last row up",
            state=_sums,
        ),
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> CumsumAttrs:
        axes = parse_axes(op)
        if len(axes) != 1:
            raise CompileError(f"there are {len(axes)} axes instead of one")
        return CumsumAttrs(axes[0], bool(options["exclusive"]), bool(options["reverse"]))

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        values, axis = np.asarray(inputs[0], np.int64), op.attrs.axis
        if op.attrs.reverse:
            values = np.flip(values, axis)
        start = 0
        if _of_bytes(op):
            start = -op.input(0).q.zp
            values = values + start
        sums = np.cumsum(values, axis) - (values if op.attrs.exclusive else 0) + start
        if op.attrs.reverse:
            sums = np.flip(sums, axis)
        if _of_bytes(op):
            return (headroom.outputs(op, sums),)
        return (wrap32(sums).astype(np.int32),)
