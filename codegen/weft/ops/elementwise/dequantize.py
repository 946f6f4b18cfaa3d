"""DEQUANTIZE: int8, uint8 or int16 to float32; constants may have a scale for each slice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weft.ir import DType, Tensor
from weft.ops.base import Kernel, OpView, Params, Values
from weft.ops.checks import computed, named, same_shape, takes, unsuitable
from weft.ops.elementwise.elementwise import Elementwise

_TYPES = (DType.INT8, DType.UINT8, DType.INT16)


def _source(op: OpView) -> str | None:
    "the input is int8, uint8 or int16 with one scale and one zero point, which is 0 for int16"
    tensor = op.input(0)
    if tensor.quant is not None and tensor.quant.per_channel and tensor.dtype in _TYPES:
        return None  # only constants have several scales, and they are computed by the compiler
    return unsuitable((tensor,), *_TYPES)


def _to_float(op: OpView) -> str | None:
    "the output is float32"
    dtype = op.output.dtype
    return None if dtype is DType.FLOAT32 else f"{named(op.output)} is {dtype.value}"


def _is_wide(op: OpView) -> bool:
    return op.input(0).dtype is DType.INT16


def _is_byte(op: OpView) -> bool:
    return not _is_wide(op)


def _wide_params(op: OpView) -> Params:
    _, pixels, channels = op.output.rows
    return {"scale": op.input(0).q.s, "elements": pixels * channels}


def _byte_params(op: OpView) -> Params:
    """A uint8 value q is, bit for bit, the int8 value q - 128 with its top bit flipped."""
    source = op.input(0)
    unsigned = source.dtype is DType.UINT8
    _, pixels, channels = op.output.rows
    return {
        "scale": source.q.s,
        "zero": source.q.zp - 128 * unsigned,
        "flip": 0x80 * unsigned,
        "elements": pixels * channels,
    }


def _by_slice(tensor: Tensor, values: tuple[float, ...] | tuple[int, ...]) -> Values:
    """One value for all of a tensor, or one for each slice, in a shape that broadcasts."""
    axes = range(len(tensor.shape)) if len(values) > 1 else ()
    return np.array(values).reshape([len(values) if i == tensor.q.axis else 1 for i in axes])


class Dequantize(Elementwise):
    """out = scale * (x - zero_point)."""

    name = "dequantize"
    tflite = "DEQUANTIZE"
    options = "DequantizeOptions"
    checks = (takes(1), computed(0, "input"), _source, _to_float, same_shape)
    kernels = (
        Kernel(
            symbol="weft_dequantize_s16_f32",
            struct="weft_dequantize_s16_f32_params",
            source="dequantize_s16_f32.c",
            header="dequantize_s16_f32.h",
            params=_wide_params,
            when=_is_wide,
        ),
        Kernel(
            symbol="weft_dequantize_s8_f32",
            struct="weft_dequantize_s8_f32_params",
            source="dequantize_s8_f32.c",
            header="dequantize_s8_f32.h",
            params=_byte_params,
            when=_is_byte,
        ),
    )

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        source = op.input(0)
        scale = _by_slice(source, source.q.scale).astype(np.float32)
        centered = np.asarray(inputs[0], np.int64) - _by_slice(source, source.q.zero_point)
        return (scale * centered.astype(np.float32),)
