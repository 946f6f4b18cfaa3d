"""Sums and differences of operands of unlike scales, which are brought to a common one first.

For ADD, SUB and SQUARED_DIFFERENCE. Each operand is shifted left, then multiplied by its scale over
twice the greater one; the result is brought to the output's scale. Every multiplication rounds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from weft.ir import DType
from weft.ops.activation import Activation, clamp_range
from weft.ops.base import Check, OpView, Params, Values
from weft.quant import Ints, Requant, requantize


@dataclass(frozen=True, slots=True)
class CommonScale:
    """Factors of the operands to the common scale, and of the result to the output's.

    `headroom`: the bits by which operands are shifted left.
    """

    operands: tuple[Requant, Requant]
    output: Requant
    headroom: int


Rescaling = Callable[[OpView], CommonScale]

SUM_HEADROOM = {DType.INT8: 20, DType.INT16: 15}
"""For sums and differences."""


def scales(op: OpView) -> tuple[float, float]:
    """The operands' scales."""
    return op.input(0).q.s, op.input(1).q.s


def scaled_operands(op: OpView, common: CommonScale, *values: Values | None) -> tuple[Ints, Ints]:
    """The operands at the common scale."""
    first, second = (
        requantize(
            (np.asarray(x, np.int64) - op.input(i).q.zp) << common.headroom,
            common.operands[i].multiplier,
            common.operands[i].shift,
        )
        for i, x in enumerate(values)
    )
    return first, second


def stored(op: OpView, common: CommonScale, result: Ints) -> Values:
    """A result at the common scale, or its square, as the output's values."""
    scaled = requantize(result, common.output.multiplier, common.output.shift)
    limited = np.clip(scaled + op.output.q.zp, *output_range(op))
    values: Values = limited.astype(op.output.dtype.numpy)
    return values


def sum_not_too_fine(rescaling: Rescaling) -> Check:
    """The result is not shifted left on its way to the output."""

    def check(op: OpView) -> str | None:
        if op.output.dtype not in SUM_HEADROOM or rescaling(op).output.shift <= 0:
            return None
        return f"it is {2 * max(scales(op)):.9g} and the output scale is {op.output.q.s:.9g}"

    check.__doc__ = "twice the greater operand scale is below 2^20 output scales, or 2^15 for int16"
    return check


def output_range(op: OpView) -> tuple[int, int]:
    """Least and greatest output; operators without a fused activation have none in their attrs."""
    activation = getattr(op.attrs, "activation", Activation.NONE)
    return clamp_range(activation, op.output.q, *op.output.dtype.limits)


def counted_from(op: OpView) -> int:
    """What the DSP kernels count int8 outputs from: 0, or the least of a range, not all int8.

    Then one saturation, that to int8 or to uint8, does half of the clamping.
    """
    lo, hi = output_range(op)
    return 0 if (lo, hi) == op.output.dtype.limits else lo


def sum_params(rescaling: Rescaling) -> Callable[[OpView], Params]:
    """The numbers of the kernels in runtime/include/weft/sum.h."""

    def params(op: OpView) -> Params:
        common = rescaling(op)
        first, second = common.operands
        lo, hi = output_range(op)
        return {
            "unit": 1 << common.headroom,
            "zero1": op.input(0).q.zp,
            "zero2": op.input(1).q.zp,
            "multiplier1": first.multiplier,
            "shift1": first.shift,
            "multiplier2": second.multiplier,
            "shift2": second.shift,
            "multiplier": common.output.multiplier,
            "shift": common.output.shift,
            "zero_out": op.output.q.zp,
            "lo": lo,
            "hi": hi,
        }

    return params
