"""QUANTIZE: float32 to int8, and int8 or uint8 to another scale and zero point.

Where the reference is undefined (NaN, and quotients beyond int32), NaN gives the zero point and
the rest saturates.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weft.ir import DType, Node
from weft.ops.base import Kernel, Operator, OpView, Params, Values
from weft.ops.checks import named, same_shape, takes, unsuitable
from weft.ops.lut import lut_kernel
from weft.quant import Requant, requantize

_PAIRS = (
    (DType.FLOAT32, DType.INT8),
    (DType.INT8, DType.INT8),
    (DType.UINT8, DType.INT8),
    (DType.INT8, DType.UINT8),
)


def _types(op: OpView) -> str | None:
    "it is float32 to int8, int8 to int8, uint8 to int8 or int8 to uint8"
    a, b = op.input(0).dtype, op.output.dtype
    return None if (a, b) in _PAIRS else f"it is {a.value} to {b.value}"


def _quantized(op: OpView) -> str | None:
    "quantized tensors have one scale and one zero point each"
    tensors = (op.output,) if _from_float(op) else (op.input(0), op.output)
    return unsuitable(tensors, DType.INT8, DType.UINT8)


def _output_not_too_fine(op: OpView) -> str | None:
    "the input's scale is below 2^30 output scales"
    if _from_float(op) or _rescale(op).shift <= 30:
        return None
    a, b = op.input(0), op.output
    return f"{named(a)} has scale {a.q.s:.9g} and {named(b)} has {b.q.s:.9g}"


def _from_float(op: OpView) -> bool:
    return op.input(0).dtype is DType.FLOAT32


def _from_byte(op: OpView) -> bool:
    return not _from_float(op)


def _rescale(op: OpView) -> Requant:
    return Requant.of(op.input(0).q.s / op.output.q.s)


def _params(op: OpView) -> Params:
    _, pixels, channels = op.output.rows
    return {"scale": op.output.q.s, "zero": op.output.q.zp, "elements": pixels * channels}


def _nearest(values: Values, scale: float) -> Values:
    """values / scale in float32, to nearest, halves away from zero, within +-512; NaN gives 0."""
    with np.errstate(over="ignore", invalid="ignore"):
        quotient = np.clip(values / np.float32(scale), np.float32(-512), np.float32(512))
    quotient = np.where(np.isnan(quotient), np.float32(0), quotient)
    whole = np.trunc(quotient)
    rest = quotient - whole
    nearest: Values = (whole + (rest >= 0.5) - (rest <= -0.5)).astype(np.int64)
    return nearest


class Quantize(Operator):
    """out = round(x / scale) + zero_point."""

    name = "quantize"
    tflite = "QUANTIZE"
    options = "QuantizeOptions"
    checks = (takes(1), _types, _quantized, same_shape, _output_not_too_fine)

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return op.node

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        output = op.output
        if _from_float(op):
            scaled = _nearest(np.asarray(inputs[0], np.float32), output.q.s)
        else:
            rescale = _rescale(op)
            centered = np.asarray(inputs[0], np.int64) - op.input(0).q.zp
            scaled = requantize(centered, rescale.multiplier, rescale.shift)
        return (np.clip(scaled + output.q.zp, *output.dtype.limits).astype(output.dtype.numpy),)

    kernels = (
        Kernel(
            symbol="weft_quantize_f32_s8",
            struct="weft_quantize_f32_s8_params",
            source="quantize_f32_s8.c",
            header="quantize_f32_s8.h",
            params=_params,
            when=_from_float,
        ),
        lut_kernel(reference, when=_from_byte),
    )
