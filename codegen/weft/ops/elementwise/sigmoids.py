"""LOGISTIC and TANH of int8 and int16 tensors.

The reference knows one quantization of the output for each type, and so do these.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from weft.fixed_point import input_radius, logistic, tanh
from weft.ops.base import Check, Kernel, OpView, Params, Values
from weft.ops.elementwise import sigmoid16
from weft.ops.elementwise.elementwise import UNARY, Elementwise, is_int8, is_int16
from weft.ops.elementwise.lut import lut_kernel
from weft.quant import IntLike, Requant, requantize, shift_right_round

_INTEGER_BITS = 4  # of the fixed-point input: from 15 on, outputs are at their ends
_UNIT = 1 << (31 - _INTEGER_BITS)
_UNIT16 = 1 << 15  # output steps of int16 for 1


def _input_scale(op: OpView) -> str | None:
    "the input's scale is at least 2^-27 and below 8, or for int16 from 2^-44 to 4"
    scale = op.input(0).q.s
    if is_int8(op):
        return None if 1 / _UNIT <= scale < 8 else f"it is {scale:.9g}"
    fits = sigmoid16.LEAST_SCALE <= scale <= sigmoid16.GREATEST_SCALE
    return None if fits else f"it is {scale:.9g}"


def _makes(unit: int, zero_point: int) -> Check:
    """The output has the only quantization that the reference knows for its type."""

    def check(op: OpView) -> str | None:
        known = (1 / unit, zero_point) if is_int8(op) else (1 / _UNIT16, 0)
        quant = op.output.q
        if (quant.s, quant.zp) == known:
            return None
        return f"it has scale {quant.s:.9g} and zero point {quant.zp}"

    check.__doc__ = (
        f"the output has scale 1/{unit} and zero point {zero_point}, or scale 1/{_UNIT16} for int16"
    )
    return check


def _apply(
    op: OpView,
    values: Values | None,
    function: Callable[[IntLike, int], Values],
    unit: int,
    zero_point: int,
) -> Values:
    """The function in Q0.31, with `unit` output steps for 1; inputs far from 0 saturate."""
    mantissa, left = math.frexp(op.input(0).q.s * _UNIT)
    rescale = Requant(int(mantissa * (1 << 31)), left)
    centered = np.asarray(values, np.int64) - op.input(0).q.zp
    radius = input_radius(_INTEGER_BITS, rescale.shift)
    inside = np.clip(centered, -radius, radius)
    fixed = function(requantize(inside, rescale.multiplier, rescale.shift), _INTEGER_BITS)
    bits = 31 - int(math.log2(unit))
    rounded = shift_right_round(fixed, bits) + zero_point
    near = np.where(centered >= radius, 127, np.where(centered <= -radius, -128, rounded))
    outputs: Values = np.clip(near, -128, 127).astype(np.int8)
    return outputs


def _int16_kernel(name: str, steps: Callable[[float], sigmoid16.Steps]) -> Kernel:
    """The kernel that computes outputs from one table."""

    def params(op: OpView) -> Params:
        scale = steps(op.input(0).q.s)
        _, pixels, channels = op.output.rows
        return {
            "multiplier": scale.multiplier,
            "shift": scale.shift,
            "elements": pixels * channels,
        }

    return Kernel(
        symbol=f"weft_{name}_rows_s16",
        struct="weft_sigmoid_s16_params",
        source=f"{name}_rows_s16.c",
        header="sigmoid_s16.h",
        params=params,
        when=is_int16,
        why="interpolation in a table",
        in_place=True,
        shared=(sigmoid16.TABLE_SOURCE,),
    )


def _disputed(op: OpView) -> str | None:
    """The interpreter's table differs at ties, which powers of two have, and at large scales."""
    scale = op.input(0).q.s
    if is_int8(op) and (math.frexp(scale)[0] == 0.5 or scale >= 1):
        return "LiteRT makes this table with floating point"
    return None


class Logistic(Elementwise):
    """out = 1 / (1 + exp(-x))."""

    name = "logistic"
    tflite = "LOGISTIC"
    checks = (*UNARY, _input_scale, _makes(256, -128))

    @staticmethod
    def disputed(op: OpView) -> str | None:
        return _disputed(op)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        if is_int8(op):
            return (_apply(op, inputs[0], logistic, 256, -128),)
        steps = sigmoid16.Steps.of_logistic(op.input(0).q.s)
        return (sigmoid16.logistic(np.asarray(inputs[0], np.int64), steps).astype(np.int16),)

    kernels = (
        lut_kernel(reference, when=is_int8),
        _int16_kernel("logistic", sigmoid16.Steps.of_logistic),
    )


class Tanh(Elementwise):
    """out = tanh(x)."""

    name = "tanh"
    tflite = "TANH"
    checks = (*UNARY, _input_scale, _makes(128, 0))

    @staticmethod
    def disputed(op: OpView) -> str | None:
        return _disputed(op)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        if is_int8(op):
            return (_apply(op, inputs[0], tanh, 128, 0),)
        steps = sigmoid16.Steps.of_tanh(op.input(0).q.s)
        return (sigmoid16.tanh(np.asarray(inputs[0], np.int64), steps).astype(np.int16),)

    kernels = (
        lut_kernel(reference, when=is_int8),
        _int16_kernel("tanh", sigmoid16.Steps.of_tanh),
    )
