"""Operators on int8 that are a function of the real value: ELU, EXP and GELU.

TensorFlow Lite makes a table with float32 arithmetic when it loads the model. The table is made
here instead, so no library of the target has a part in it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weft.ops.base import Options, OpView, Values
from weft.ops.elementwise import INT8_UNARY, Elementwise
from weft.ops.lut import lut_kernel

Reals = npt.NDArray[np.float32]

_FAR = np.float32(1 << 20)  # beyond every output


@dataclass(frozen=True, slots=True)
class GeluAttrs:
    """Whether tanh stands for the error function."""

    approximate: bool


def _apply(op: OpView, values: Values | None, function: Callable[[Reals], Reals]) -> Values:
    """Every operation in float32; ties away from zero. What is far out of range saturates."""
    source, output = op.input(0).q, op.output.q
    steps = np.arange(-128, 128) - source.zp
    with np.errstate(over="ignore", under="ignore"):
        reals = function(np.float32(source.s) * steps.astype(np.float32))
        quotient = np.clip(reals * (np.float32(1) / np.float32(output.s)), -_FAR, _FAR)
    exact = quotient.astype(np.float64)
    nearest = np.trunc(exact + np.copysign(0.5, exact))
    table = np.clip(nearest.astype(np.int64) + output.zp, -128, 127).astype(np.int8)
    outputs: Values = table[np.asarray(values, np.int64) + 128]
    return outputs


def _float32(function: Callable[[float], float]) -> Callable[[Reals], Reals]:
    """A function of Python floats, rounded once to float32 as a good libm does."""
    return np.vectorize(function, otypes=[np.float32])


def _exp_of(x: float) -> float:
    return math.exp(x) if x < 709 else math.inf


_exp = _float32(_exp_of)
_tanh = _float32(math.tanh)
_erfc = _float32(math.erfc)


def _elu(x: Reals) -> Reals:
    outputs: Reals = np.where(x < 0, _exp(np.minimum(x, 0)) - np.float32(1), x)
    return outputs


def _gelu(x: Reals) -> Reals:
    """0.5 * x * (1 + erf(x / sqrt(2))), by erfc, which keeps its digits for negative x."""
    outputs: Reals = np.float32(0.5) * x * _erfc(x * np.float32(-math.sqrt(0.5)))
    return outputs


def _gelu_by_tanh(x: Reals) -> Reals:
    inner = np.float32(math.sqrt(2 / math.pi)) * (x + np.float32(0.044715) * x * x * x)
    outputs: Reals = np.float32(0.5) * x * (np.float32(1) + _tanh(inner))
    return outputs


class Elu(Elementwise):
    """out = x for x >= 0, exp(x) - 1 for x < 0."""

    name = "elu"
    tflite = "ELU"
    checks = INT8_UNARY

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return (_apply(op, inputs[0], _elu),)

    kernels = (lut_kernel(reference),)


class Exp(Elementwise):
    """out = exp(x)."""

    name = "exp"
    tflite = "EXP"
    options = "ExpOptions"
    checks = INT8_UNARY

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return (_apply(op, inputs[0], _exp),)

    kernels = (lut_kernel(reference),)


class Gelu(Elementwise):
    """out = x * (1 + erf(x / sqrt(2))) / 2, or its approximation by tanh."""

    name = "gelu"
    tflite = "GELU"
    options = "GeluOptions"
    fields = ("approximate",)
    checks = INT8_UNARY

    @staticmethod
    def parse(options: Options, op: OpView) -> GeluAttrs:
        return GeluAttrs(bool(options["approximate"]))

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return (_apply(op, inputs[0], _gelu_by_tanh if op.attrs.approximate else _gelu),)

    kernels = (lut_kernel(reference),)
