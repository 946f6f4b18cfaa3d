"""LEAKY_RELU of int8 and int16 tensors, with or without a change of quantization."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from weft.ops.base import Options, OpView, Values
from weft.ops.elementwise.elementwise import RESCALED, UNARY, Elementwise, is_int8, ratio
from weft.ops.elementwise.lut import lut_kernel
from weft.ops.elementwise.slopes import slopes_kernel, two_slopes
from weft.quant import Requant, f32


@dataclass(frozen=True, slots=True)
class LeakyReluAttrs:
    """The slope for negative inputs, a float32 value of either sign."""

    alpha: float


def _slopes(op: OpView) -> tuple[Requant, Requant]:
    """Products and quotients are taken in float32; a negative alpha has a negative multiplier."""
    return Requant.of(_steep(op)), ratio(op)


def _steep(op: OpView) -> float:
    return f32(f32(op.input(0).q.s * op.attrs.alpha) / op.output.q.s)


def _range(op: OpView) -> tuple[int, int]:
    return op.output.dtype.limits


def _not_too_steep(op: OpView) -> str | None:
    "alpha is finite, and alpha times the input's scale is below 2^15 output scales"
    if abs(_steep(op)) < 1 << 15:
        return None
    a, b = op.input(0).q.s, op.output.q.s
    return f"alpha is {op.attrs.alpha:.9g}, and the scales are {a:.9g} and {b:.9g}"


class LeakyRelu(Elementwise):
    """out = x for x >= 0, alpha * x for x < 0."""

    name = "leaky_relu"
    tflite = "LEAKY_RELU"
    options = "LeakyReluOptions"
    fields = ("alpha",)
    checks = (*UNARY, *RESCALED, _not_too_steep)

    @staticmethod
    def parse(options: Options, op: OpView) -> LeakyReluAttrs:
        return LeakyReluAttrs(f32(options["alpha"]))

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return (two_slopes(op, inputs[0], _slopes, _range),)

    kernels = (lut_kernel(reference, when=is_int8), slopes_kernel(_slopes, _range))
