"""ADD, with broadcasting and a fused activation."""

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
from weft.quant import Requant


def _rescale(op: OpView) -> CommonScale:
    headroom = SUM_HEADROOM[op.output.dtype]
    common = 2 * max(scales(op))
    first, second = (Requant.of(scale / common) for scale in scales(op))
    return CommonScale(
        (first, second), Requant.of(common / ((1 << headroom) * op.output.q.s)), headroom
    )


def _outputs(op: OpView, first: Values, second: Values) -> Values:
    """The exact sums of values that broadcast."""
    common = _rescale(op)
    a, b = scaled_operands(op, common, first, second)
    return stored(op, common, a + b)


_SUM = sum_params(_rescale)


class Add(Broadcasting):
    """out = a + b, element by element."""

    name = "add"
    tflite = "ADD"
    clamps = True
    options = "AddOptions"
    on_integers = np.add
    fields = ("fused_activation_function",)
    checks = (*ARITHMETIC, sum_not_too_fine(_rescale))
    kernels = (
        *short_sums(_outputs, 1),
        *sums_of_rows(_rescale, 1),
        *broadcast_kernels("weft_sum_s8", "sum", _SUM, is_int8),
        *broadcast_kernels("weft_sum_s16", "sum", _SUM, is_int16),
        *combination(1, 1),
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> ArithmeticAttrs:
        return ArithmeticAttrs(fused_activation(options))

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        if is_int32(op):
            return on_int32(op, inputs, np.add)
        first, second = (np.asarray(values) for values in inputs)
        return (_outputs(op, first, second),)
