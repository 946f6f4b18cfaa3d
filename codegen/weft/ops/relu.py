"""RELU and RELU6 as operators of their own, int8, with or without a change of quantization.

Where the quantization changes, RELU6 rescales as LiteRT does; TensorFlow Lite Micro forgets to.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weft.ir import Node
from weft.ops.activation import Activation, clamp_range
from weft.ops.base import Operator, OpView, Values
from weft.ops.checks import int8_operands, same_shape, takes
from weft.ops.lut import lut_kernel
from weft.quant import Requant, f32, requantize


def _rescale(op: OpView) -> Requant:
    return Requant.of(f32(op.input(0).q.s / op.output.q.s))


def _output_not_too_fine(op: OpView) -> str | None:
    "the input's scale is below 2^30 output scales"
    a, b = op.input(0).q.s, op.output.q.s
    return None if a / b < 1 << 30 else f"the scales are {a:.9g} and {b:.9g}"


def _rectify(op: OpView, values: Values | None, activation: Activation) -> tuple[Values, ...]:
    rescale, output = _rescale(op), op.output.q
    centered = np.asarray(values, np.int64) - op.input(0).q.zp
    scaled = requantize(centered, rescale.multiplier, rescale.shift) + output.zp
    return (np.clip(scaled, *clamp_range(activation, output, -128, 127)).astype(np.int8),)


_CHECKS = (takes(1), int8_operands, same_shape, _output_not_too_fine)


class Relu(Operator):
    """out = max(x, 0)."""

    name = "relu"
    tflite = "RELU"
    checks = _CHECKS

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return op.node

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return _rectify(op, inputs[0], Activation.RELU)

    kernels = (lut_kernel(reference),)


class Relu6(Operator):
    """out = min(max(x, 0), 6)."""

    name = "relu6"
    tflite = "RELU6"
    checks = _CHECKS

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return op.node

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return _rectify(op, inputs[0], Activation.RELU6)

    kernels = (lut_kernel(reference),)
