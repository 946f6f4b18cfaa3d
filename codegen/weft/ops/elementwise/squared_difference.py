"""SQUARED_DIFFERENCE of int8 tensors, with broadcasting."""

from __future__ import annotations

from collections.abc import Sequence

from weft.ops.base import OpView, Values
from weft.ops.broadcast import broadcast_kernels
from weft.ops.checks import int8_operands, takes
from weft.ops.elementwise.common_scale import (
    CommonScale,
    scaled_operands,
    scales,
    stored,
    sum_params,
)
from weft.ops.elementwise.elementwise import BROADCASTING, Broadcasting, is_int8
from weft.ops.elementwise.sum_rows import squares_of_rows
from weft.quant import Requant, f32

_HEADROOM = 7


def _rescale(op: OpView) -> CommonScale:
    """The output's unit, 2^14 scales, is a float32 value."""
    common = 2 * max(scales(op))
    first, second = (Requant.of(scale / common) for scale in scales(op))
    unit = f32((1 << 2 * _HEADROOM) * op.output.q.s)
    return CommonScale((first, second), Requant.of(common * common / unit), _HEADROOM)


def _output_not_too_fine(op: OpView) -> str | None:
    "4 times the square of the greater operand scale is below 2^14 output scales"
    if _rescale(op).output.shift <= 0:
        return None
    return f"that scale is {max(scales(op)):.9g} and the output scale is {op.output.q.s:.9g}"


class SquaredDifference(Broadcasting):
    """out = (a - b)^2, element by element."""

    name = "squared_difference"
    tflite = "SQUARED_DIFFERENCE"
    options = "SquaredDifferenceOptions"
    checks = (takes(2), int8_operands, *BROADCASTING, _output_not_too_fine)
    kernels = (
        *squares_of_rows(_rescale),
        *broadcast_kernels("weft_squared_difference_s8", "sum", sum_params(_rescale), is_int8),
    )

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        common = _rescale(op)
        first, second = scaled_operands(op, common, *inputs)
        return (stored(op, common, (first - second) ** 2),)
