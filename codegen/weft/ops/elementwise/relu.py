"""RELU and its kin as operators of their own, with or without a change of quantization.

Where the quantization changes, RELU6 rescales as LiteRT does; TensorFlow Lite Micro forgets to.
"""

from __future__ import annotations

from collections.abc import Sequence

from weft.ops.activation import Activation, clamp_range
from weft.ops.base import OpView, Values
from weft.ops.elementwise.elementwise import (
    INT8_UNARY,
    RESCALED,
    UNARY,
    Elementwise,
    is_int8,
    ratio,
)
from weft.ops.elementwise.lut import lut_kernel
from weft.ops.elementwise.slopes import Range, slopes_kernel, two_slopes
from weft.quant import Requant


def _slopes(op: OpView) -> tuple[Requant, Requant]:
    return ratio(op), ratio(op)


def _range(activation: Activation) -> Range:
    def limits(op: OpView) -> tuple[int, int]:
        return clamp_range(activation, op.output.q, *op.output.dtype.limits)

    return limits


def _rectify(op: OpView, values: Values | None, activation: Activation) -> tuple[Values, ...]:
    return (two_slopes(op, values, _slopes, _range(activation)),)


class Relu(Elementwise):
    """out = max(x, 0)."""

    name = "relu"
    tflite = "RELU"
    checks = (*UNARY, *RESCALED)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return _rectify(op, inputs[0], Activation.RELU)

    kernels = (lut_kernel(reference, when=is_int8), slopes_kernel(_slopes, _range(Activation.RELU)))


class Relu6(Elementwise):
    """out = min(max(x, 0), 6)."""

    name = "relu6"
    tflite = "RELU6"
    checks = (*UNARY, *RESCALED)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return _rectify(op, inputs[0], Activation.RELU6)

    kernels = (
        lut_kernel(reference, when=is_int8),
        slopes_kernel(_slopes, _range(Activation.RELU6)),
    )


class ReluN1To1(Elementwise):
    """out = min(max(x, -1), 1)."""

    name = "relu_n1_to_1"
    tflite = "RELU_N1_TO_1"
    checks = (*INT8_UNARY, *RESCALED)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return _rectify(op, inputs[0], Activation.RELU_N1_TO_1)

    kernels = (lut_kernel(reference),)


class Relu0To1(Elementwise):
    """out = min(max(x, 0), 1)."""

    name = "relu_0_to_1"
    tflite = "RELU_0_TO_1"
    checks = (*INT8_UNARY, *RESCALED)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return _rectify(op, inputs[0], Activation.RELU_0_TO_1)

    kernels = (lut_kernel(reference),)
