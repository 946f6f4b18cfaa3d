"""LOGICAL_AND, LOGICAL_OR and LOGICAL_NOT, with broadcasting."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from weft.ir import DType
from weft.ops.base import Kernel, OpView, Params, Values
from weft.ops.broadcast import PAIR, Operands, broadcast_kernels
from weft.ops.checks import of_types, takes
from weft.ops.elementwise.elementwise import BROADCASTING, Broadcasting, Elementwise


def is_bool(op: OpView) -> bool:
    """Whether the operands are bool."""
    return op.input(0).dtype is DType.BOOL


def logical_kernels(
    truth: int, when: Callable[[OpView], bool], operands: Operands = PAIR
) -> tuple[Kernel, ...]:
    """Kernels for a function of two bool a and b; bit 2 * a + b of `truth` is its value."""

    def numbers(_: OpView) -> Params:
        return {"truth": truth}

    return broadcast_kernels("weft_logical", "compare", numbers, when, operands)


_BOOL = of_types(DType.BOOL)


class LogicalAnd(Broadcasting):
    """out = a and b, element by element."""

    name = "logical_and"
    tflite = "LOGICAL_AND"
    options = "LogicalAndOptions"
    checks = (takes(2), _BOOL, *BROADCASTING)
    kernels = logical_kernels(0b1000, is_bool)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return (np.logical_and(*map(np.asarray, inputs)),)


class LogicalOr(Broadcasting):
    """out = a or b, element by element."""

    name = "logical_or"
    tflite = "LOGICAL_OR"
    options = "LogicalOrOptions"
    checks = (takes(2), _BOOL, *BROADCASTING)
    kernels = logical_kernels(0b1110, is_bool)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return (np.logical_or(*map(np.asarray, inputs)),)


class LogicalNot(Elementwise):
    """out = not a."""

    name = "logical_not"
    tflite = "LOGICAL_NOT"
    options = "LogicalNotOptions"
    checks = (takes(1), _BOOL, *BROADCASTING)
    kernels = logical_kernels(0b0001, is_bool, {"pair.first": 0, "pair.second": 0})

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return (np.logical_not(np.asarray(inputs[0])),)
