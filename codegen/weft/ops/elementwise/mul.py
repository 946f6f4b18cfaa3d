"""MUL, with broadcasting and a fused activation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weft.ops.activation import fused_activation
from weft.ops.base import Kernel, Options, OpView, Params, Values
from weft.ops.broadcast import broadcast_kernels, row_kernels, row_pair, run_kernels
from weft.ops.elementwise.common_scale import counted_from, output_range
from weft.ops.elementwise.elementwise import ARITHMETIC, Broadcasting, is_int8, is_int16
from weft.ops.elementwise.integer import ArithmeticAttrs, is_int32, multiplication, on_int32
from weft.quant import Requant, requantize

_MOST_SHIFT = 23  # with which 128 output steps are 2**30


def _rescale(op: OpView) -> Requant:
    return Requant.of(op.input(0).q.s * op.input(1).q.s / op.output.q.s)


def _output_not_too_fine(op: OpView) -> str | None:
    "the product of the operand scales is below 2^30 output scales"
    if is_int32(op) or _rescale(op).shift <= 30:
        return None
    a, b, out = op.input(0).q.s, op.input(1).q.s, op.output.q.s
    return f"the scales are {a:.9g}, {b:.9g} and {out:.9g}"


def _halves(op: OpView) -> bool:
    """Whether the right shift is one bit or more, as the int8 row kernel's rounding needs."""
    return is_int8(op) and _rescale(op).shift <= -1


def _fits_dsp(op: OpView) -> bool:
    """Whether the output's zero point fits 32 bits in front of the right shift, too."""
    return is_int8(op) and -_MOST_SHIFT <= _rescale(op).shift <= -1


def _dsp_params(op: OpView) -> Params:
    """The second rounding's half, and the zero point, are added in front of its shift."""
    rescale, (lo, hi) = _rescale(op), output_range(op)
    right = -rescale.shift
    return {
        **row_pair(op),
        "zero1": op.input(0).q.zp,
        "zero2": op.input(1).q.zp,
        "multiplier": rescale.multiplier,
        "shift": right,
        "offset": ((op.output.q.zp - counted_from(op)) * 2 + 1) << (right - 1),
        "lo": lo,
        "hi": hi,
    }


def _numbers(op: OpView, shift: int) -> Params:
    lo, hi = output_range(op)
    return {
        "zero1": op.input(0).q.zp,
        "zero2": op.input(1).q.zp,
        "multiplier": _rescale(op).multiplier,
        "shift": shift,
        "zero_out": op.output.q.zp,
        "lo": lo,
        "hi": hi,
    }


def _row_params(op: OpView) -> Params:
    return {**row_pair(op), **_numbers(op, -_rescale(op).shift)}


def _product(op: OpView) -> Params:
    return _numbers(op, _rescale(op).shift)


class Mul(Broadcasting):
    """out = a * b, element by element."""

    name = "mul"
    tflite = "MUL"
    clamps = True
    options = "MulOptions"
    on_integers = np.multiply
    fields = ("fused_activation_function",)
    checks = (*ARITHMETIC, _output_not_too_fine)
    kernels = (
        *run_kernels(
            Kernel(
                symbol="weft_mul_s8__dsp",
                struct="weft_mul_s8__dsp_params",
                source="mul_s8__dsp.c",
                header="mul_s8__dsp.h",
                params=_dsp_params,
                needs=frozenset({"dsp"}),
                when=_fits_dsp,
                pitched=True,
            ),
            "four elements at a time",
        ),
        *row_kernels(
            Kernel(
                symbol="weft_mul_s8",
                struct="weft_mul_s8_params",
                source="mul_s8.c",
                header="mul_s8.h",
                params=_row_params,
                when=_halves,
                pitched=True,
            )
        ),
        *broadcast_kernels("weft_product_s8", "product", _product, is_int8),
        *broadcast_kernels("weft_product_s16", "product", _product, is_int16),
        *multiplication(),
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> ArithmeticAttrs:
        return ArithmeticAttrs(fused_activation(options))

    @staticmethod
    def disputed(op: OpView) -> str | None:
        if is_int32(op):
            return None
        a, b, out = (np.float32(t.q.s) for t in (op.input(0), op.input(1), op.output))
        single = float(a * b / out) == float(a) * float(b) / float(out)
        return None if single else "LiteRT multiplies the scales in float32"

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        if is_int32(op):
            return on_int32(op, inputs, np.multiply)
        first, second = (
            np.asarray(values, np.int64) - op.input(i).q.zp for i, values in enumerate(inputs)
        )
        rescale, output = _rescale(op), op.output
        product = requantize(first * second, rescale.multiplier, rescale.shift)
        limited = np.clip(product + output.q.zp, *output_range(op))
        return (limited.astype(output.dtype.numpy),)

    @staticmethod
    def macs(op: OpView) -> int:
        return op.output.elements
