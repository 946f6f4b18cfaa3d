"""ADD, with broadcasting and a fused activation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weft.ops.activation import fused_activation
from weft.ops.base import Kernel, Options, OpView, Params, Values
from weft.ops.broadcast import broadcast_kernels, row_kernels, row_pair
from weft.ops.common_scale import (
    SUM_HEADROOM,
    CommonScale,
    output_range,
    scaled_operands,
    scales,
    stored,
    sum_not_too_fine,
    sum_params,
)
from weft.ops.elementwise import ARITHMETIC, Broadcasting, is_int8, is_int16
from weft.ops.integer import ArithmeticAttrs, combination, is_int32, on_int32
from weft.ops.sum_dsp import short_sums
from weft.quant import Requant


def _rescale(op: OpView) -> CommonScale:
    headroom = SUM_HEADROOM[op.output.dtype]
    common = 2 * max(scales(op))
    first, second = (Requant.of(scale / common) for scale in scales(op))
    return CommonScale(
        (first, second), Requant.of(common / ((1 << headroom) * op.output.q.s)), headroom
    )


def _halves(op: OpView) -> bool:
    """Whether the sum's right shift is one bit or more, as the int8 row kernel's rounding needs."""
    return is_int8(op) and _rescale(op).output.shift <= -1


def _outputs(op: OpView, first: Values, second: Values) -> Values:
    """The exact sums of values that broadcast."""
    common = _rescale(op)
    a, b = scaled_operands(op, common, first, second)
    return stored(op, common, a + b)


def _row_params(op: OpView) -> Params:
    """Operand 1 is the one with the greater scale: its factor is 1/2, so it needs no rounding."""
    order = (0, 1) if op.input(0).q.s >= op.input(1).q.s else (1, 0)
    rescale, (lo, hi) = _rescale(op), output_range(op)
    second, output = rescale.operands[order[1]], rescale.output
    # A factor of 1/2 (shift 0) is exact; one more bit before, and one after, changes nothing.
    shift2 = max(-second.shift, 1)
    unit2 = 1 << (rescale.headroom + 1 + (second.shift == 0))
    return {
        **row_pair(op, order),
        "offset": -op.input(order[0]).q.zp * (1 << rescale.headroom),
        "unit2": unit2,
        "offset2": -op.input(order[1]).q.zp * unit2,
        "multiplier2": second.multiplier,
        "shift2": shift2,
        "multiplier": output.multiplier,
        "shift": -output.shift,
        "zero_out": op.output.q.zp,
        "lo": lo,
        "hi": hi,
    }


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
        *row_kernels(
            Kernel(
                symbol="weft_add_s8",
                struct="weft_add_s8_params",
                source="add_s8.c",
                header="add_s8.h",
                params=_row_params,
                when=_halves,
                pitched=True,
            )
        ),
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
