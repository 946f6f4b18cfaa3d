"""RSQRT of int8 tensors."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from weft.fixed_point import inverse_square_root
from weft.ops.base import OpView, Values
from weft.ops.elementwise.elementwise import INT8_UNARY, Elementwise
from weft.ops.elementwise.lut import lut_kernel
from weft.quant import Requant, f32, requantize

_FRACTION = 20  # bits of the square root before it is brought to output steps
_FINEST = 2.0**-29  # below it the left shift would lose bits


def _rescale(op: OpView) -> Requant:
    """From 1 / sqrt(steps) to output steps; the product is taken in float32."""
    return Requant.of(1 / _unit(op))


def _unit(op: OpView) -> float:
    return f32(f32(math.sqrt(op.input(0).q.s)) * op.output.q.s)


def _not_negative(op: OpView) -> str | None:
    "the input's zero point is -128, so that no input is negative"
    zero = op.input(0).q.zp
    return None if zero == -128 else f"it is {zero}"


def _output_not_too_fine(op: OpView) -> str | None:
    "the output's scale times the root of the input's is 2^-29 or more"
    unit = _unit(op)
    return None if unit >= _FINEST else f"it is {unit:.9g}"


def _output(op: OpView, steps: int) -> int:
    """The output for an input of so many steps; the greatest for 0."""
    if steps == 0:
        return 127
    root, rescale = inverse_square_root(steps), _rescale(op)
    fraction = requantize(1, root.multiplier, root.shift + _FRACTION)
    scaled = int(requantize(fraction, rescale.multiplier, rescale.shift - _FRACTION))
    return min(max(scaled + op.output.q.zp, -128), 127)


class Rsqrt(Elementwise):
    """out = 1 / sqrt(x)."""

    name = "rsqrt"
    tflite = "RSQRT"
    checks = (*INT8_UNARY, _not_negative, _output_not_too_fine)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        outputs = np.array([_output(op, steps) for steps in range(256)], np.int8)
        return (outputs[np.asarray(inputs[0], np.int64) + 128],)

    kernels = (lut_kernel(reference),)
