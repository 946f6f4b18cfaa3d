"""Layers of constant weights: what convolutions and FULLY_CONNECTED have in common.

Activations are int8, or int16 around 0; weights are int8, or int4 for int8 activations.

Input 0 is the activation, input 1 the weights, input 2 the bias, which may be left out. The
weights are seen as a matrix with a row for each output channel; `axis` is where the output
channels are in the weights' shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from weft.ir import DType
from weft.ops.activation import clamp_range
from weft.ops.base import OpView, Params, Values, array
from weft.quant import Ints, requantize, requantize_once, requants, wrap32

Multipliers = Callable[[OpView], "list[float]"]
"""The real multiplier of each output channel."""


def matrix(op: OpView, axis: int) -> Ints:
    """Weights as (output channels, weights of a channel)."""
    weights = np.moveaxis(op.input(1).data, axis, 0)
    return weights.reshape(weights.shape[0], -1).astype(np.int64)


def bias(op: OpView, channels: int) -> Ints:
    """The bias of each output channel, 0 if there is none."""
    tensor = op.optional(2)
    if tensor is None:
        return np.zeros(channels, np.int64)
    return tensor.data.astype(np.int64)


def folded_bias(op: OpView, axis: int) -> Ints:
    """Bias minus what the input's zero point adds: the sum then takes inputs as stored.

    sum((x - zx) * (w - zw)) = sum(x * w) - zw * sum(x) - zx * sum(w - zw)
    """
    weights = matrix(op, axis) - op.input(1).q.zero_point[0]
    folded: Ints = bias(op, len(weights)) - op.input(0).q.zp * weights.sum(axis=1)
    return folded


def double_multipliers(op: OpView) -> list[float]:
    """scale of input * scale of weights / scale of output for each scale of the weights."""
    return [op.input(0).q.s * s / op.output.q.s for s in op.input(1).q.scale]


def requantization(reals: list[float], channels: int) -> tuple[Ints, Ints]:
    """Multiplier and shift of each output channel from one or `channels` real multipliers."""
    multiplier, shift = requants(reals)
    return np.broadcast_to(multiplier, channels), np.broadcast_to(shift, channels)


def rounds_once(op: OpView) -> bool:
    """Whether sums have 64 bits and outputs are rounded once: int16 without an int32 bias."""
    tensor = op.optional(2)
    wide = tensor is None or tensor.dtype is DType.INT64
    return op.input(0).dtype is DType.INT16 and wide


def int8_weighted(op: OpView) -> bool:
    """Whether both activations and weights are int8."""
    return op.input(0).dtype is op.input(1).dtype is DType.INT8


def int4_weighted(op: OpView) -> bool:
    """Whether weights lie two in a byte."""
    return op.input(1).dtype is DType.INT4


def int16_activated(op: OpView) -> bool:
    """Whether activations are int16."""
    return op.input(0).dtype is DType.INT16


INT4_KERNEL: Mapping[str, Any] = {
    "symbol": "weft_conv_2d_s4",
    "struct": "weft_conv_2d_s8_params",
    "source": "conv_2d_s4.c",
    "header": "conv_2d_s8.h",
    "when": int4_weighted,
    "why": "portable C; int4 weights, two in a byte",
}
"""What the kernels for int4 weights of CONV_2D and FULLY_CONNECTED have in common."""


def finish(op: OpView, sums: Ints, reals: list[float]) -> Values:
    """Output values of sums whose last axis is the output channel. Sums of 32 bits wrap."""
    multiplier, shift = requantization(reals, sums.shape[-1])
    scale = requantize_once if rounds_once(op) else requantize
    scaled = wrap32(scale(sums, multiplier, shift) + op.output.q.zp)
    low, high = clamp_range(op.attrs.activation, op.output.q, *op.output.dtype.limits)
    values: Values = np.clip(scaled, low, high).astype(op.output.dtype.numpy)
    return values.reshape(op.output.shape)


def sum_bounds(op: OpView, axis: int) -> Ints:
    """What no sum of an output channel exceeds, in whatever order it is made."""
    weights, zero_point = matrix(op, axis), op.input(1).q.zero_point[0]
    spread = np.abs(weights).sum(axis=1) + abs(zero_point) * weights.shape[1]
    bounds: Ints = np.abs(folded_bias(op, axis)) - op.input(0).dtype.limits[0] * spread
    return bounds


def output_params(op: OpView, axis: int, reals: list[float]) -> Params:
    """The fields that every kernel of int8 activations with weights has, but for the weights.

    Shifts are as weft/linear.h wants them: those of its narrow outputs are not negative.
    """
    folded = folded_bias(op, axis)
    multiplier, shift = requantization(reals, len(folded))
    narrow = (shift < 0) & (sum_bounds(op, axis) < 1 << 30)
    low, high = clamp_range(op.attrs.activation, op.output.q, -128, 127)
    return {
        "bias": array(folded, "int32"),
        "multiplier": array(multiplier, "int32"),
        "shift": array(np.where(narrow, -1 - shift, shift - 32), "int8"),
        "output_zero_point": op.output.q.zp,
        "activation_min": low,
        "activation_max": high,
    }


def quads(weights: Values) -> Values:
    """A weight matrix in the order of weft/linear.h: four channels interleaved, the rest behind."""
    whole = len(weights) // 4 * 4
    interleaved = weights[:whole].reshape(-1, 4, weights.shape[1]).transpose(0, 2, 1)
    return np.concatenate([interleaved.ravel(), weights[whole:].ravel()])


def nibbles(weights: Values) -> Values:
    """int4 weights two in a byte, the first in its low half; rows of an odd length get a 0."""
    even = np.pad(weights, [(0, 0)] * (weights.ndim - 1) + [(0, weights.shape[-1] % 2)])
    return (even[..., 0::2] & 15) | (even[..., 1::2] << 4)


def quads_of_int4(weights: Values, run: int) -> Values:
    """int4 weights as `quads`; a channel behind the fours has a row for each `run` of weights."""
    whole = len(weights) // 4 * 4
    fours, rest = quads(weights[:whole]), weights[whole:].reshape(-1, run)
    return np.concatenate([nibbles(fours), nibbles(rest).ravel()])
