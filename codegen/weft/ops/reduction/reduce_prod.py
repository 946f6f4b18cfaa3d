"""REDUCE_PROD over any axes, int8 and int16, requantized after each multiplication.

p = x0 - zx; p = requantize_once(p * (xk - zx), r) for the others in order; y = clamp(
requantize_once(p, r) + zy). r = sx / sy**(1 / n) for n elements: so it comes in n times.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weft.ir import DType
from weft.ops.base import Kernel, Operator, OpView, Params, Values
from weft.ops.checks import activations, quantized, takes
from weft.ops.copy import same_type
from weft.ops.reduction import reduction
from weft.ops.streams import Streams
from weft.quant import Ints, Requant, requantize_once, shortened, wrap32

_MOST_SHIFT = 7  # left, with which a product of 47 bits still fits


def multiplier_fits(op: OpView) -> str | None:
    "the input's scale over the n-th root of the output's is below 2**7, for n elements"
    real = _real(op)
    return None if Requant.of(real).shift <= _MOST_SHIFT else f"it is {real:.6g}"


def _real(op: OpView) -> float:
    root: float = op.output.q.s ** (1 / reduction.count(op))
    return op.input(0).q.s / root


def _factors(op: OpView, values: Values | None) -> Ints:
    """The factors of each output (outputs, factors), in the order in which they lie in memory."""
    centered = np.asarray(values, np.int64) - op.input(0).q.zp
    kept = [axis for axis in range(centered.ndim) if axis not in op.attrs.axes]
    moved = centered.transpose(*kept, *op.attrs.axes)
    factors: Ints = moved.reshape(op.output.elements, -1)
    return factors


def _params(op: OpView) -> Params:
    scale = Requant.of(_real(op))
    multiplier, right = shortened(scale.multiplier, scale.shift)
    return {
        **reduction.loop_params(op),
        "input_zero_point": op.input(0).q.zp,
        "multiplier": int(multiplier),
        "right": int(right),
        "output_zero_point": op.output.q.zp,
    }


class ReduceProd(Operator):
    """Product over the given axes."""

    name = "reduce_prod"
    tflite = "REDUCE_PROD"
    streams = Streams.WHERE_ROWS_ALLOW
    options = "ReducerOptions"
    fields = ("keep_dims",)
    parameters = (1,)
    checks = (
        takes(1),
        quantized(activations, "activations", DType.INT8, DType.INT16),
        same_type,
        *reduction.SHAPE_CHECKS,
        multiplier_fits,
    )
    parse = staticmethod(reduction.parse_reduction)
    turned = staticmethod(reduction.turned)
    kernels = tuple(
        Kernel(
            f"weft_reduce_prod_{suffix}",
            "weft_reduce_prod_params",
            "reduce_prod.c",
            "reduce_prod.h",
            _params,
            rows=reduction.geometry,
            when=reduction.of_type(dtype),
            why=reduction.HOW,
            state=reduction.int32_across,
        )
        for dtype, suffix in ((DType.INT8, "s8"), (DType.INT16, "s16"))
    )

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        scale = Requant.of(_real(op))
        first, *others = _factors(op, inputs[0]).T
        product = first
        for factor in others:
            product = requantize_once(product * factor, scale.multiplier, scale.shift)
        scaled = requantize_once(product, scale.multiplier, scale.shift)
        result = np.clip(wrap32(scaled + op.output.q.zp), *op.output.dtype.limits)
        return (result.astype(op.output.dtype.numpy).reshape(op.output.shape),)
