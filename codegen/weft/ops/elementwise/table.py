"""LUT: what elementwise operators, one or several in a row, do to a byte, as one table.

Made by the compiler, never found in a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from weft.ir import DType, Node
from weft.ops.base import Operator, OpView, Values
from weft.ops.checks import named, same_shape, takes
from weft.ops.elementwise.lut import lut_kernel

_BYTES = (DType.INT8, DType.UINT8)


@dataclass(frozen=True, slots=True)
class TableAttrs:
    """The output for each input, both as stored bytes: entry 255 is for int8 -1 or uint8 255."""

    table: bytes


def _bytes(op: OpView) -> str | None:
    "input and output are int8 or uint8, the output may be bool"
    found = ((op.input(0), _BYTES), (op.output, (*_BYTES, DType.BOOL)))
    others = [t for t, types in found if t.dtype not in types]
    return f"{named(others[0])} is {others[0].dtype.value}" if others else None


class Lut(Operator):
    """out = table[x]."""

    name = "lut"
    tflite = "LUT"
    internal = True
    checks = (takes(1), _bytes, same_shape)

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return op.node

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        table = np.frombuffer(op.attrs.table, op.output.dtype.numpy)
        return (table[np.asarray(inputs[0]).view(np.uint8)],)

    kernels = (lut_kernel(reference),)
