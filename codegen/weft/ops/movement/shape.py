"""SHAPE: the shape of a tensor as integers. Shapes are fixed, so it never runs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weft.ir import DType
from weft.ops.base import Operator, OpView, Values
from weft.ops.checks import named, takes


def _integers(op: OpView) -> str | None:
    "the output is int32 or int64"
    dtype = op.output.dtype
    return None if dtype in (DType.INT32, DType.INT64) else f"{named(op.output)} is {dtype.value}"


class Shape(Operator):
    """out = the shape of the input."""

    name = "shape"
    tflite = "SHAPE"
    options = "ShapeOptions"
    checks = (takes(1), _integers)
    static = True

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return (np.array(op.input(0).shape, op.output.dtype.numpy),)
