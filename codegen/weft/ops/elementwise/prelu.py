"""PRELU of int8 tensors, and of int16 tensors with int8 slopes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weft.ir import DType
from weft.ops.base import Kernel, OpView, Params, Values
from weft.ops.broadcast import broadcast_kernels, row_pair, run_kernels
from weft.ops.checks import named, takes, unsuitable
from weft.ops.elementwise.elementwise import BROADCASTING, Broadcasting, is_int8, is_int16
from weft.quant import Requant, requantize

_MOST_SHIFT = 22  # with which 128 output steps are 2**29


def _types(op: OpView) -> str | None:
    "input and output are int8, or int16 with zero point 0, slopes are int8, with one scale each"
    x, y = op.input(0), op.output
    if x.dtype is not y.dtype:
        return f"{named(x)} is {x.dtype.value} and {named(y)} is {y.dtype.value}"
    return unsuitable((x, y), DType.INT8, DType.INT16) or unsuitable((op.input(1),), DType.INT8)


def _input_not_repeated(op: OpView) -> str | None:
    "input and output have the same shape"
    a, b = op.input(0).shape, op.output.shape
    return None if a == b else f"they are {list(a)} and {list(b)}"


def _output_not_too_fine(op: OpView) -> str | None:
    "the input's scale, also times that of the slopes, is below 2^14 output scales (int16: 2^7)"
    most = 14 if is_int8(op) else 7
    if max(_positive(op).shift, _negative(op).shift) <= most:
        return None
    x, slope, y = op.input(0).q.s, op.input(1).q.s, op.output.q.s
    return f"the scales are {x:.9g}, {slope:.9g} and {y:.9g}"


def _positive(op: OpView) -> Requant:
    return Requant.of(op.input(0).q.s / op.output.q.s)


def _negative(op: OpView) -> Requant:
    return Requant.of(op.input(0).q.s * op.input(1).q.s / op.output.q.s)


def _params(op: OpView) -> Params:
    positive, negative = _positive(op), _negative(op)
    lo, hi = op.output.dtype.limits
    return {
        "zero1": op.input(0).q.zp,
        "zero2": op.input(1).q.zp,
        "positive_multiplier": positive.multiplier,
        "positive_shift": positive.shift,
        "negative_multiplier": negative.multiplier,
        "negative_shift": negative.shift,
        "zero_out": op.output.q.zp,
        "lo": lo,
        "hi": hi,
    }


def _fits_dsp(op: OpView) -> bool:
    """Whether the output's zero point fits 32 bits in front of right shifts, and twice a left one
    16 bits; products are shifted right by a bit at least, as the second rounding needs."""
    above, below = _positive(op).shift, _negative(op).shift
    return is_int8(op) and min(above, below) >= -_MOST_SHIFT and above <= 13 and below <= -1


def _dsp_params(op: OpView) -> Params:
    """The second rounding's half, and the zero point, are added in front of its shift."""
    positive, negative = _positive(op), _negative(op)
    above, below = max(-positive.shift, 0), -negative.shift
    return {
        **row_pair(op),
        "zero1": op.input(0).q.zp,
        "zero2": op.input(1).q.zp,
        "unit": 2 << max(positive.shift, 0),
        "positive_multiplier": positive.multiplier,
        "positive_shift": above,
        "positive_offset": (op.output.q.zp << above) + (1 << above >> 1),
        "negative_multiplier": negative.multiplier,
        "negative_shift": below,
        "negative_offset": (op.output.q.zp << below) + (1 << below >> 1),
    }


class Prelu(Broadcasting):
    """out = x for x >= 0, slope * x for x < 0."""

    name = "prelu"
    tflite = "PRELU"
    checks = (takes(2), _types, *BROADCASTING, _input_not_repeated, _output_not_too_fine)
    kernels = (
        *run_kernels(
            Kernel(
                symbol="weft_prelu_s8__dsp",
                struct="weft_prelu_s8__dsp_params",
                source="prelu_s8__dsp.c",
                header="prelu_s8__dsp.h",
                params=_dsp_params,
                needs=frozenset({"dsp"}),
                when=_fits_dsp,
            ),
            "four elements at a time",
        ),
        *broadcast_kernels("weft_prelu_s8", "prelu", _params, is_int8),
        *broadcast_kernels("weft_prelu_s16", "prelu", _params, is_int16),
    )

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        x, slope = (
            np.asarray(values, np.int64) - op.input(i).q.zp for i, values in enumerate(inputs)
        )
        positive, negative = _positive(op), _negative(op)
        above = requantize(x, positive.multiplier, positive.shift)
        below = requantize(x * slope, negative.multiplier, negative.shift)
        scaled = np.where(x >= 0, above, below) + op.output.q.zp
        return (np.clip(scaled, *op.output.dtype.limits).astype(op.output.dtype.numpy),)
