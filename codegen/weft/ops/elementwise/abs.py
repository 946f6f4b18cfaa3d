"""ABS of int8 and int16 tensors, with or without a change of quantization."""

from __future__ import annotations

from collections.abc import Sequence

from weft.ops.base import OpView, Values
from weft.ops.elementwise.elementwise import RESCALED, UNARY, Elementwise, is_int8, ratio
from weft.ops.elementwise.lut import lut_kernel
from weft.ops.elementwise.slopes import slopes_kernel, two_slopes
from weft.quant import Requant


def _slopes(op: OpView) -> tuple[Requant, Requant]:
    positive = ratio(op)
    return Requant(-positive.multiplier, positive.shift), positive


def _range(op: OpView) -> tuple[int, int]:
    return op.output.dtype.limits


class Abs(Elementwise):
    """out = |x|."""

    name = "abs"
    tflite = "ABS"
    checks = (*UNARY, *RESCALED)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return (two_slopes(op, inputs[0], _slopes, _range),)

    kernels = (lut_kernel(reference, when=is_int8), slopes_kernel(_slopes, _range))
