"""MEAN and SUM over any axes, int8 and int16, requantized.

y = clamp(requantize(sum(x) - n * zx, sx / sy) + zy); for MEAN the division by the n reduced
elements is in the multiplier.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from weft.ir import DType
from weft.ops.base import Kernel, Operator, OpView, Params, Values
from weft.ops.checks import activations, quantized, takes
from weft.ops.copy import same_type
from weft.ops.reduction import reduction
from weft.ops.streams import Streams
from weft.quant import INT32_MAX, Requant, requantize, wrap32


def sum_fits(op: OpView) -> str | None:
    "the sum of the reduced elements fits 32 bits for all inputs"
    bound = (1 << 8 * op.input(0).dtype.size) * reduction.count(op)
    return None if bound <= INT32_MAX else f"it can reach {bound}"


def multiplier_fits(op: OpView) -> str | None:
    "scale of input over scale of output is below 2**30"
    real = _real(op)
    return None if real < 2.0**30 else f"it is {real:.6g}"


def _real(op: OpView) -> float:
    return op.input(0).q.s / op.output.q.s


def _sum_requant(op: OpView) -> Requant:
    return Requant.of(_real(op))


def _mean_requant(op: OpView) -> Requant:
    """The scales' quotient over the number of elements, as TensorFlow Lite computes it."""
    count, quotient = reduction.count(op), _sum_requant(op)
    bits = min(count.bit_length() - 1, 32, 31 + quotient.shift)
    return Requant((quotient.multiplier << bits) // count, quotient.shift - bits)


_CHECKS = (
    takes(1),
    quantized(activations, "activations", DType.INT8, DType.INT16),
    same_type,
    *reduction.SHAPE_CHECKS,
    sum_fits,
    multiplier_fits,
)


def _reference(op: OpView, inputs: Sequence[Values | None], requant: Requant) -> tuple[Values, ...]:
    values = np.asarray(inputs[0], np.int64)
    total = (values - op.input(0).q.zp).sum(axis=op.attrs.axes)
    scaled = requantize(total, requant.multiplier, requant.shift)
    result = np.clip(wrap32(scaled + op.output.q.zp), *op.output.dtype.limits)
    return (result.astype(op.output.dtype.numpy).reshape(op.output.shape),)


def _kernels(requant: Callable[[OpView], Requant]) -> tuple[Kernel, ...]:
    """The kernels of either operator; they differ in the multiplier alone."""

    def params(op: OpView) -> Params:
        scale = requant(op)
        return {
            **reduction.loop_params(op),
            "offset": -reduction.count(op) * op.input(0).q.zp,
            "multiplier": scale.multiplier,
            "shift": scale.shift,
            "output_zero_point": op.output.q.zp,
        }

    pixels = Kernel(
        "weft_reduce_sum_pixels_s8__dsp",
        "weft_reduce_sum_params",
        "reduce_sum_pixels_s8__dsp.c",
        "reduce_sum.h",
        params,
        rows=reduction.geometry,
        needs=frozenset({"dsp"}),
        when=lambda op: op.input(0).dtype is DType.INT8 and reduction.of_pixels(op),
        why="pixels of a row at a time, four channels at once",
        state=reduction.int32_across,
    )
    return pixels, *(
        Kernel(
            f"weft_reduce_sum_{suffix}",
            "weft_reduce_sum_params",
            "reduce_sum.c",
            "reduce_sum.h",
            params,
            rows=reduction.geometry,
            when=reduction.of_type(dtype),
            why=reduction.HOW,
            state=reduction.int32_across,
        )
        for dtype, suffix in ((DType.INT8, "s8"), (DType.INT16, "s16"))
    )


class Mean(Operator):
    """Mean over the given axes."""

    name = "mean"
    tflite = "MEAN"
    streams = Streams.WHERE_ROWS_ALLOW
    options = "ReducerOptions"
    fields = ("keep_dims",)
    parameters = (1,)
    checks = _CHECKS
    kernels = _kernels(_mean_requant)
    parse = staticmethod(reduction.parse_reduction)
    turned = staticmethod(reduction.turned)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return _reference(op, inputs, _mean_requant(op))


class Sum(Operator):
    """Sum over the given axes."""

    name = "sum"
    tflite = "SUM"
    streams = Streams.WHERE_ROWS_ALLOW
    options = "ReducerOptions"
    fields = ("keep_dims",)
    parameters = (1,)
    checks = _CHECKS
    kernels = _kernels(_sum_requant)
    parse = staticmethod(reduction.parse_reduction)
    turned = staticmethod(reduction.turned)

    @staticmethod
    def disputed(op: OpView) -> str | None:
        return "LiteRT does not rescale sums"

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return _reference(op, inputs, _sum_requant(op))
