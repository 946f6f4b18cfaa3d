"""Operators that are a function of the real value: ELU, EXP, GELU and LOG.

TensorFlow Lite makes a table with float32 arithmetic when it loads the model: of all outputs for
int8, of 513 for int16. The table is made here instead, so no library of the target has a part in
it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from weft.ops.base import Options, OpView, Values
from weft.ops.elementwise.elementwise import INT8_UNARY, UNARY, Elementwise, is_int8
from weft.ops.elementwise.float_functions import Reals, exp, log
from weft.ops.elementwise.interpolation import Function, finite, interpolation, interpolation_kernel
from weft.ops.elementwise.lut import lut_kernel

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


_tanh = _float32(math.tanh)
_erfc = _float32(math.erfc)


def _elu(x: Reals) -> Reals:
    outputs: Reals = np.where(x < 0, exp(np.minimum(x, 0)) - np.float32(1), x)
    return outputs


def _gelu(x: Reals) -> Reals:
    """0.5 * x * (1 + erf(x / sqrt(2))), by erfc, which keeps its digits for negative x."""
    outputs: Reals = np.float32(0.5) * x * _erfc(x * np.float32(-math.sqrt(0.5)))
    return outputs


def _gelu_by_tanh(x: Reals) -> Reals:
    inner = np.float32(math.sqrt(2 / math.pi)) * (x + np.float32(0.044715) * x * x * x)
    outputs: Reals = np.float32(0.5) * x * (np.float32(1) + _tanh(inner))
    return outputs


def _exponential(_: OpView) -> Callable[[Reals], Reals]:
    return exp


def _logarithm(op: OpView) -> Callable[[Reals], Reals]:
    """The logarithm; the least output stands for that of 0 and of what is negative."""
    output = op.output
    steps = output.dtype.limits[0] - output.q.zp
    least = np.float32(steps) * np.float32(output.q.s)

    def function(x: Reals) -> Reals:
        outputs: Reals = np.where(x > 0, log(np.where(x > 0, x, np.float32(1))), least)
        return outputs

    return function


def _apply_to_any(op: OpView, values: Values | None, function: Function) -> Values:
    """int8 or int16."""
    if is_int8(op):
        return _apply(op, values, function(op))
    return interpolation(op, values, function)


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
    checks = (*UNARY, finite(_exponential))

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return (_apply_to_any(op, inputs[0], _exponential),)

    kernels = (lut_kernel(reference, when=is_int8), interpolation_kernel(_exponential))


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


class Log(Elementwise):
    """out = log(x), the least output for x <= 0."""

    name = "log"
    tflite = "LOG"
    checks = (*UNARY, finite(_logarithm))

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return (_apply_to_any(op, inputs[0], _logarithm),)

    kernels = (lut_kernel(reference, when=is_int8), interpolation_kernel(_logarithm))
