"""HARD_SWISH of int8 tensors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weft.ops.base import OpView, Values
from weft.ops.elementwise.elementwise import INT8_UNARY, Elementwise
from weft.ops.elementwise.lut import lut_kernel
from weft.quant import INT32_MAX, Ints, Requant, f32, shift_right_round

_FRACTION = 7  # bits by which the centered input is shifted up, to fill int16
_THREE = 3 / 32768  # the step with which 3 is 2^15


def _step(op: OpView) -> float:
    return f32(op.input(0).q.s / (1 << _FRACTION))


def _output(op: OpView) -> Requant:
    """From the shifted input to output steps."""
    return Requant.of(f32(_step(op) / op.output.q.s))


def _factor(op: OpView) -> Requant:
    """From the shifted input to the factor, which saturates at -3 and 3."""
    return Requant.of(f32(_step(op) / f32(_THREE)))


def _factor_not_too_fine(op: OpView) -> str | None:
    "the input's scale is 2^-22 or more"
    scale = op.input(0).q.s
    return None if scale >= 2.0**-22 else f"it is {scale:.9g}"


def _output_in_reach(op: OpView) -> str | None:
    "the input's scale is below 128 output scales, and a 512th of one or more"
    # The reference shifts 16 bits to the right by less than 16, and not to the left.
    if -16 < _output(op).shift <= 0:
        return None
    return f"the scales are {op.input(0).q.s:.9g} and {op.output.q.s:.9g}"


def _high_half(multiplier: int) -> int:
    """A multiplier in Q0.31 to nearest in Q0.15."""
    return 32767 if multiplier >= INT32_MAX - (1 << 15) else (multiplier + (1 << 15)) >> 16


def _high_mul16(a: Ints, b: Ints | int) -> Ints:
    """a * b / 2^15 to nearest, halves up, saturating."""
    product: Ints = np.minimum((a * b + (1 << 14)) >> 15, 32767)
    return product


def _saturated(a: Ints) -> Ints:
    limited: Ints = np.clip(a, -32768, 32767)
    return limited


def _scaled_factor(shifted: Ints, factor: Requant) -> Ints:
    """(relu6(x + 3) / 6) in Q0.15; the last bit of a left shift waits until after rounding."""
    left, right = max(factor.shift, 0), max(-factor.shift, 0)
    value = _saturated(shifted << max(left - 1, 0))
    value = _high_mul16(value, _high_half(factor.multiplier))
    value = _saturated(value << min(left, 1))
    return (np.asarray(shift_right_round(value, right)) + 32768) >> 1


class HardSwish(Elementwise):
    """out = x * relu6(x + 3) / 6."""

    name = "hard_swish"
    tflite = "HARD_SWISH"
    options = "HardSwishOptions"
    checks = (*INT8_UNARY, _factor_not_too_fine, _output_in_reach)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        shifted = (np.asarray(inputs[0], np.int64) - op.input(0).q.zp) << _FRACTION
        output = _output(op)
        scaled = _high_mul16(shifted, _high_half(output.multiplier))
        product = _scaled_factor(shifted, _factor(op)) * scaled
        truncated = np.sign(product) * (np.abs(product) >> 15)
        outputs = shift_right_round(truncated, -output.shift) + op.output.q.zp
        return (np.clip(outputs, -128, 127).astype(np.int8),)

    kernels = (lut_kernel(reference),)
