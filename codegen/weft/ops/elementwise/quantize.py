"""QUANTIZE: float32 to a quantized type, or one quantized type to another.

Where the reference is undefined (NaN, and quotients beyond int32), NaN gives the zero point and
the rest saturates.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weft.ir import DType
from weft.ops.base import Kernel, OpView, Params, Values
from weft.ops.checks import computed, named, operands, same_shape, takes, unsuitable
from weft.ops.elementwise.elementwise import Elementwise
from weft.ops.elementwise.lut import lut_kernel
from weft.quant import Requant, requantize

_TARGETS = {
    DType.FLOAT32: (DType.INT8, DType.UINT8, DType.INT16),
    DType.INT8: (DType.INT8, DType.UINT8, DType.INT16, DType.INT32),
    DType.UINT8: (DType.INT8, DType.UINT8),
    DType.INT16: (DType.INT8, DType.INT16, DType.INT32),
    DType.INT32: (DType.INT8, DType.INT16),
}
_BYTES = (DType.INT8, DType.UINT8)
_HEADROOM = 1 << 30
"""Rescaled values below it take any zero point without overflow, and left shifts keep all bits."""


def _types(op: OpView) -> str | None:
    a, b = op.input(0).dtype, op.output.dtype
    return None if b in _TARGETS.get(a, ()) else f"it is {a.value} to {b.value}"


_types.__doc__ = "it is " + "; ".join(
    f"{a.value} to {', '.join(b.value for b in targets)}" for a, targets in _TARGETS.items()
)


def _quantized(op: OpView) -> str | None:
    "quantized tensors have one scale and one zero point each, which is 0 for int16 and int32"
    tensors = [t for t in operands(op) if t.dtype is not DType.FLOAT32]
    return unsuitable(tensors, *_TARGETS)


def _output_not_too_fine(op: OpView) -> str | None:
    "rescaled values are below 2^30"
    if _from_float(op):
        return None
    a, b = op.input(0), op.output
    span = max(abs(limit - a.q.zp) for limit in a.dtype.limits)
    if span * (a.q.s / b.q.s) < _HEADROOM:
        return None
    return f"{named(a)} has scale {a.q.s:.9g} and {named(b)} has {b.q.s:.9g}"


def _from_float(op: OpView) -> bool:
    return op.input(0).dtype is DType.FLOAT32


def _float_to_byte(op: OpView) -> bool:
    return _from_float(op) and op.output.dtype in _BYTES


def _float_to_wide(op: OpView) -> bool:
    return _from_float(op) and op.output.dtype is DType.INT16


def _byte_to_byte(op: OpView) -> bool:
    return {op.input(0).dtype, op.output.dtype} <= {*_BYTES}


def _rescales(op: OpView) -> bool:
    """Whether no table says all; a table of bytes is shorter than the code."""
    return not _from_float(op) and not _byte_to_byte(op)


def _rescales_in_place(op: OpView) -> bool:
    return _rescales(op) and op.input(0).dtype.size == op.output.dtype.size


def _rescale(op: OpView) -> Requant:
    return Requant.of(op.input(0).q.s / op.output.q.s)


def _elements(op: OpView) -> int:
    _, pixels, channels = op.output.rows
    return pixels * channels


def _byte_params(op: OpView) -> Params:
    """A uint8 value q is, bit for bit, the int8 value q - 128 with its top bit flipped."""
    unsigned = op.output.dtype is DType.UINT8
    return {
        "scale": op.output.q.s,
        "zero": op.output.q.zp - 128 * unsigned,
        "flip": 0x80 * unsigned,
        "elements": _elements(op),
    }


def _wide_params(op: OpView) -> Params:
    return {"scale": op.output.q.s, "elements": _elements(op)}


def _rescale_params(op: OpView) -> Params:
    rescale, (least, greatest) = _rescale(op), op.output.dtype.limits
    return {
        "input_zero_point": op.input(0).q.zp,
        "multiplier": rescale.multiplier,
        "shift": rescale.shift,
        "output_zero_point": op.output.q.zp,
        "least": least,
        "greatest": greatest,
        "input_size": op.input(0).dtype.size,
        "output_size": op.output.dtype.size,
        "elements": _elements(op),
    }


def _nearest(values: Values, scale: float) -> Values:
    """values / scale in float32, to nearest, halves away from zero, within +-2^16; NaN gives 0."""
    limit = np.float32(1 << 16)
    with np.errstate(over="ignore", invalid="ignore"):
        quotient = np.clip(values / np.float32(scale), -limit, limit)
    quotient = np.where(np.isnan(quotient), np.float32(0), quotient)
    whole = np.trunc(quotient)
    rest = quotient - whole
    nearest: Values = (whole + (rest >= 0.5) - (rest <= -0.5)).astype(np.int64)
    return nearest


class Quantize(Elementwise):
    """out = round(x / scale) + zero_point."""

    name = "quantize"
    tflite = "QUANTIZE"
    options = "QuantizeOptions"
    checks = (
        takes(1),
        computed(0, "input"),
        _types,
        _quantized,
        same_shape,
        _output_not_too_fine,
    )

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
            params=_byte_params,
            when=_float_to_byte,
        ),
        Kernel(
            symbol="weft_quantize_f32_s16",
            struct="weft_quantize_f32_s16_params",
            source="quantize_f32_s16.c",
            header="quantize_f32_s16.h",
            params=_wide_params,
            when=_float_to_wide,
        ),
        lut_kernel(reference, when=_byte_to_byte),
        *(
            Kernel(
                symbol="weft_rescale",
                struct="weft_rescale_params",
                source="rescale.c",
                header="rescale.h",
                params=_rescale_params,
                when=when,
                why="portable C, from one element size to another",
                in_place=in_place,
            )
            for when, in_place in ((_rescales_in_place, True), (_rescales, False))
        ),
    )
