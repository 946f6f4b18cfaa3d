"""REDUCE_MAX, REDUCE_MIN, REDUCE_ANY and REDUCE_ALL over any axes: values stay as they are.

True is 1 and False is 0, so that "any" is the greatest and "all" the least value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from weft.ir import DType
from weft.ops.base import Check, Kernel, Operator, OpView, Params, Values
from weft.ops.checks import either, named, takes
from weft.ops.copy import same_meaning, same_type
from weft.ops.reduction import reduction
from weft.ops.streams import Streams

_KERNELS = (
    ("s8", DType.INT8, DType.BOOL),
    ("s16", DType.INT16),
    ("s32", DType.INT32),
)


def _input_is(*types: DType) -> Check:
    def check(op: OpView) -> str | None:
        dtype = op.input(0).dtype
        return None if dtype in types else f"{named(op.input(0))} is {dtype.value}"

    check.__doc__ = f"the input is {either(types)}"
    return check


def _checks(*types: DType) -> tuple[Check, ...]:
    return (takes(1), _input_is(*types), same_type, same_meaning, *reduction.SHAPE_CHECKS)


def _kernels(*types: DType, least: bool) -> tuple[Kernel, ...]:
    def params(op: OpView) -> Params:
        return {**reduction.loop_params(op), "flip": -1 if least else 0}

    portable = tuple(
        Kernel(
            f"weft_reduce_max_{suffix}",
            "weft_reduce_max_params",
            "reduce_max.c",
            "reduce_max.h",
            params,
            rows=reduction.geometry,
            when=reduction.of_type(*found),
            why=reduction.HOW,
        )
        for suffix, *served in _KERNELS
        if (found := [dtype for dtype in served if dtype in types])
    )
    by_words = replace(
        portable[0],
        symbol="weft_reduce_max_s8__dsp",
        source="reduce_max_s8__dsp.c",
        needs=frozenset({"dsp"}),
        why="runs of neighbors, four elements at a time",
    )
    return by_words, *portable


class _Extreme(Operator):
    """What the four share."""

    streams = Streams.WHERE_ROWS_ALLOW
    options = "ReducerOptions"
    fields = ("keep_dims",)
    parameters = (1,)
    parse = staticmethod(reduction.parse_reduction)
    turned = staticmethod(reduction.turned)

    @staticmethod
    def idle(op: OpView) -> bool:
        return reduction.count(op) == 1


_NUMBERS = (DType.INT8, DType.INT16, DType.INT32)


def _greatest(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
    return (np.asarray(inputs[0]).max(axis=op.attrs.axes).reshape(op.output.shape),)


def _least(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
    return (np.asarray(inputs[0]).min(axis=op.attrs.axes).reshape(op.output.shape),)


class ReduceMax(_Extreme):
    """The greatest value along the given axes."""

    name = "reduce_max"
    tflite = "REDUCE_MAX"
    checks = _checks(*_NUMBERS)
    kernels = _kernels(*_NUMBERS, least=False)
    reference = staticmethod(_greatest)


class ReduceMin(_Extreme):
    """The least value along the given axes."""

    name = "reduce_min"
    tflite = "REDUCE_MIN"
    checks = _checks(*_NUMBERS)
    kernels = _kernels(*_NUMBERS, least=True)
    reference = staticmethod(_least)


class ReduceAny(_Extreme):
    """Whether any value along the given axes is true."""

    name = "reduce_any"
    tflite = "REDUCE_ANY"
    checks = _checks(DType.BOOL)
    kernels = _kernels(DType.BOOL, least=False)
    reference = staticmethod(_greatest)


class ReduceAll(_Extreme):
    """Whether all values along the given axes are true."""

    name = "reduce_all"
    tflite = "REDUCE_ALL"
    checks = _checks(DType.BOOL)
    kernels = _kernels(DType.BOOL, least=True)
    reference = staticmethod(_least)
