"""SUB, with broadcasting and a fused activation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weft.ops.activation import fused_activation
from weft.ops.base import Options, OpView, Values
from weft.ops.broadcast import broadcast_kernels
from weft.ops.elementwise.common_scale import (
    SUM_HEADROOM,
    CommonScale,
    scaled_operands,
    scales,
    stored,
    sum_not_too_fine,
    sum_params,
)
from weft.ops.elementwise.elementwise import ARITHMETIC, Broadcasting, is_int8, is_int16
from weft.ops.elementwise.integer import ArithmeticAttrs, combination, is_int32, on_int32
from weft.ops.elementwise.sum_dsp import short_sums
from weft.ops.elementwise.sum_rows import sums_of_rows
from weft.quant import Requant, f32


def _rescale(op: OpView) -> CommonScale:
    """Unlike those of ADD, TensorFlow Lite Micro takes these quotients in float32."""
    headroom = SUM_HEADROOM[op.output.dtype]
    common = f32(2 * max(scales(op)))
    first, second = (Requant.of(f32(scale / common)) for scale in scales(op))
    result = Requant.of(f32(common / f32((1 << headroom) * op.output.q.s)))
    return CommonScale((first, second), result, headroom)


def _outputs(op: OpView, first: Values | None, second: Values | None) -> Values:
    """The exact differences of values that broadcast."""
    common = _rescale(op)
    a, b = scaled_operands(op, common, first, second)
    return stored(op, common, a - b)


_DIFFERENCE = sum_params(_rescale)


class Sub(Broadcasting):
    """out = a - b, element by element."""

    name = "sub"
    tflite = "SUB"
    clamps = True
    options = "SubOptions"
    on_integers = np.subtract
    fields = ("fused_activation_function",)
    checks = (*ARITHMETIC, sum_not_too_fine(_rescale))
    kernels = (
        *short_sums(_outputs, -1),
        *sums_of_rows(_rescale, -1),
        *broadcast_kernels("weft_difference_s8", "sum", _DIFFERENCE, is_int8),
        *broadcast_kernels("weft_difference_s16", "sum", _DIFFERENCE, is_int16),
        *combination(1, -1),
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> ArithmeticAttrs:
        return ArithmeticAttrs(fused_activation(options))

    @staticmethod
    def disputed(op: OpView) -> str | None:
        if is_int32(op):
            return None
        common = np.float32(2 * max(scales(op)))
        unit = np.float32((1 << SUM_HEADROOM[op.output.dtype]) * np.float32(op.output.q.s))
        pairs = (*((np.float32(scale), common) for scale in scales(op)), (common, unit))
        single = all(float(a / b) == float(a) / float(b) for a, b in pairs)
        return None if single else "LiteRT takes quotients of scales in double"

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        if is_int32(op):
            return on_int32(op, inputs, np.subtract)
        first, second = inputs
        return (_outputs(op, first, second),)
