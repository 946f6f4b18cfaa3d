"""NEG of plain int32 tensors. The references have it for no quantized type."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weft.ir import DType
from weft.ops.base import OpView, Values
from weft.ops.broadcast import at_most_six_axes
from weft.ops.checks import computed, named, operands, same_shape, takes
from weft.ops.elementwise.elementwise import Elementwise
from weft.ops.elementwise.integer import combination, on_int32


def _plain_int32(op: OpView) -> str | None:
    "input and output are int32 without quantization (write a quantized one as 0 - x)"
    for tensor in operands(op):
        if tensor.dtype is not DType.INT32:
            return f"{named(tensor)} is {tensor.dtype.value}"
        if tensor.quant is not None:
            return f"{named(tensor)} is quantized"
    return None


class Neg(Elementwise):
    """out = -x."""

    name = "neg"
    tflite = "NEG"
    options = "NegOptions"
    on_integers = np.negative
    checks = (takes(1), computed(0, "input"), _plain_int32, same_shape, at_most_six_axes)
    kernels = combination(-1, 0, {"pair.first": 0, "pair.second": 0})

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return on_int32(op, inputs, np.negative)
