"""SELECT and SELECT_V2: one operand or the other, element by element, with broadcasting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np

from weft.ir import DType
from weft.ops.base import Check, Kernel, OpView, Params, Values
from weft.ops.broadcast import Operands, broadcast_kernels
from weft.ops.checks import either, named, takes
from weft.ops.copy import other_meaning
from weft.ops.elementwise.elementwise import BROADCASTING, Broadcasting
from weft.ops.streams import Streams

_TYPES = (DType.INT8, DType.UINT8, DType.BOOL, DType.INT16, DType.INT32)
_OPERANDS: Operands = {"condition": 0, "first": 1, "second": 2}


def _types(op: OpView) -> str | None:
    condition = op.input(0)
    if condition.dtype is not DType.BOOL:
        return f"{named(condition)} is {condition.dtype.value}"
    wrong = [t for t in (op.input(1), op.input(2)) if t.dtype is not op.output.dtype]
    wrong += [op.output] if op.output.dtype not in _TYPES else []
    return f"{named(wrong[0])} is {wrong[0].dtype.value}" if wrong else None


_types.__doc__ = f"the condition is bool, operands and output are of one type: {either(_TYPES)}"


def _same_meaning(op: OpView) -> str | None:
    "operands and output have the same scale and zero point, or none"
    found = (other_meaning(op.input(position), op.output) for position in (1, 2))
    return next(filter(None, found), None)


def _condition_by_element(op: OpView) -> str | None:
    "the condition has one element, or the shape of both operands"
    shapes = [op.input(i).shape for i in range(3)]
    if shapes[1] == shapes[2] and (op.input(0).elements == 1 or shapes[0] == shapes[1]):
        return None
    return f"the shapes are {', '.join(str(list(shape)) for shape in shapes)}"


def _kernels() -> tuple[Kernel, ...]:
    def numbers(_: OpView) -> Params:
        return {}

    def of_size(size: int) -> Callable[[OpView], bool]:
        return lambda op: op.output.dtype.size == size

    return tuple(
        kernel
        for size in (1, 2, 4)
        for kernel in broadcast_kernels(
            f"weft_select_{8 * size}", "select", numbers, of_size(size), _OPERANDS
        )
    )


_CHECKS = (takes(3), _types, _same_meaning, *BROADCASTING)


class SelectV2(Broadcasting):
    """out = a where the condition is true, b elsewhere."""

    name = "select_v2"
    tflite = "SELECT_V2"
    options = "SelectV2Options"
    checks: ClassVar[Sequence[Check]] = _CHECKS
    kernels = _kernels()

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        condition, first, second = (np.asarray(values) for values in inputs)
        return (np.where(condition, first, second),)


class Select(SelectV2):
    """out = a where the condition is true, b elsewhere, without broadcasting."""

    name = "select"
    tflite = "SELECT"
    streams = Streams.ALWAYS
    options = "SelectOptions"
    checks = (*_CHECKS, _condition_by_element)
