"""MUL of int8 tensors, with broadcasting and a fused activation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from weft.ir import Node
from weft.ops.activation import Fused, clamp_range, fused_activation
from weft.ops.base import Kernel, Operator, Options, OpView, Params, Values
from weft.ops.broadcast import (
    at_most_six_axes,
    box_params,
    broadcastable,
    fits_rows,
    fits_rows_in_place,
    one_computed,
    row_geometry,
    row_params,
    whole_geometry,
)
from weft.ops.checks import int8_operands, takes
from weft.quant import Requant, requantize


@dataclass(frozen=True, slots=True)
class MulAttrs:
    """The options of a multiplication."""

    activation: Fused


def _rescale(op: OpView) -> Requant:
    return Requant.of(op.input(0).q.s * op.input(1).q.s / op.output.q.s)


def _output_not_too_fine(op: OpView) -> str | None:
    "the product of the operand scales is below 2^30 output scales"
    if _rescale(op).shift <= 30:
        return None
    a, b, out = op.input(0).q.s, op.input(1).q.s, op.output.q.s
    return f"the scales are {a:.9g}, {b:.9g} and {out:.9g}"


def _halves(op: OpView) -> bool:
    """Whether the right shift is one bit or more, as the row kernel's rounding needs."""
    return _rescale(op).shift <= -1


def _in_place(op: OpView) -> bool:
    return _halves(op) and fits_rows_in_place(op)


def _by_rows(op: OpView) -> bool:
    return _halves(op) and fits_rows(op)


def _numbers(op: OpView, shift: int) -> Params:
    lo, hi = clamp_range(op.attrs.activation, op.output.q, -128, 127)
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
    return {**row_params(op), **_numbers(op, -_rescale(op).shift)}


def _box_params(op: OpView) -> Params:
    return {**box_params(op), **_numbers(op, _rescale(op).shift)}


class Mul(Operator):
    """out = a * b, element by element."""

    name = "mul"
    tflite = "MUL"
    clamps = True
    options = "MulOptions"
    on_integers = np.multiply
    fields = ("fused_activation_function",)
    checks = (
        takes(2),
        int8_operands,
        at_most_six_axes,
        broadcastable,
        one_computed,
        _output_not_too_fine,
    )
    kernels = (
        Kernel(
            symbol="weft_mul_s8",
            struct="weft_mul_s8_params",
            source="mul_s8.c",
            header="mul_s8.h",
            params=_row_params,
            rows=row_geometry,
            when=_in_place,
            why="row by row; the computed operands have the output's shape",
            in_place=True,
        ),
        Kernel(
            symbol="weft_mul_s8",
            struct="weft_mul_s8_params",
            source="mul_s8.c",
            header="mul_s8.h",
            params=_row_params,
            rows=row_geometry,
            when=_by_rows,
            why="row by row; an operand repeats rows, pixels or channels",
        ),
        Kernel(
            symbol="weft_mul_broadcast_s8",
            struct="weft_mul_broadcast_s8_params",
            source="mul_broadcast_s8.c",
            header="mul_broadcast_s8.h",
            params=_box_params,
            rows=whole_geometry,
            why="any broadcast and any scales",
        ),
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> MulAttrs:
        return MulAttrs(fused_activation(options))

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return op.node

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        first, second = (
            np.asarray(values, np.int64) - op.input(i).q.zp for i, values in enumerate(inputs)
        )
        rescale, output = _rescale(op), op.output.q
        product = requantize(first * second, rescale.multiplier, rescale.shift)
        lo, hi = clamp_range(op.attrs.activation, output, -128, 127)
        return (np.clip(product + output.zp, lo, hi).astype(np.int8),)

    @staticmethod
    def macs(op: OpView) -> int:
        return op.output.elements
