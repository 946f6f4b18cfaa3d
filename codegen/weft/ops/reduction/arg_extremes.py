"""ARG_MAX and ARG_MIN: where along an axis the greatest or least value is, the first of equals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weft.errors import CompileError
from weft.ir import DType
from weft.ops.base import Kernel, Operator, Options, OpView, Params, Values
from weft.ops.checks import named, takes
from weft.ops.reduction import reduction
from weft.ops.reduction.reduction import Reduction
from weft.ops.streams import Streams

_TYPES = ((DType.INT8, "s8"), (DType.INT16, "s16"), (DType.INT32, "s32"))


def _values(op: OpView) -> str | None:
    "the input is int8, int16 or int32"
    known = [dtype for dtype, _ in _TYPES]
    values = op.input(0)
    return None if values.dtype in known else f"{named(values)} is {values.dtype.value}"


def _indices(op: OpView) -> str | None:
    "the output is int32 or int64"
    dtype = op.output.dtype
    wanted = (DType.INT32, DType.INT64)
    return None if dtype in wanted else f"{named(op.output)} is {dtype.value}"


def _kernels(*, least: bool) -> tuple[Kernel, ...]:
    def params(op: OpView) -> Params:
        return {
            **reduction.loop_params(op),
            "flip": -1 if least else 0,
            "words": op.output.dtype.size // 4,
        }

    return tuple(
        Kernel(
            f"weft_arg_max_{suffix}",
            "weft_arg_max_params",
            "arg_max.c",
            "arg_max.h",
            params,
            rows=reduction.geometry,
            when=reduction.of_type(dtype),
            why="any axis; the rows of an image are taken as they come",
            state=reduction.int32_across,
        )
        for dtype, suffix in _TYPES
    )


class _ArgExtreme(Operator):
    """What the two share."""

    streams = Streams.WHERE_ROWS_ALLOW
    parameters = (1,)
    checks = (takes(1), _values, _indices, *reduction.SHAPE_CHECKS)

    @staticmethod
    def parse(options: Options, op: OpView) -> Reduction:
        axes = reduction.parse_axes(op)
        if len(axes) != 1:
            raise CompileError(f"there are {len(axes)} axes instead of one")
        return Reduction(axes, keep_dims=False)


class ArgMax(_ArgExtreme):
    """Where the greatest value along an axis is."""

    name = "arg_max"
    tflite = "ARG_MAX"
    options = "ArgMaxOptions"
    kernels = _kernels(least=False)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        (axis,) = op.attrs.axes
        return (np.argmax(np.asarray(inputs[0]), axis).astype(op.output.dtype.numpy),)


class ArgMin(_ArgExtreme):
    """Where the least value along an axis is."""

    name = "arg_min"
    tflite = "ARG_MIN"
    options = "ArgMinOptions"
    kernels = _kernels(least=True)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        (axis,) = op.attrs.axes
        return (np.argmin(np.asarray(inputs[0]), axis).astype(op.output.dtype.numpy),)
