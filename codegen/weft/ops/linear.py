"""Layers of constant weights: what convolutions and FULLY_CONNECTED have in common.

Input 0 is the activation, input 1 the weights, input 2 the bias, which may be left out. The
weights are seen as a matrix with a row for each output channel; `axis` is where the output
channels are in the weights' shape.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from weft.ir import DType
from weft.ops.activation import clamp_range
from weft.ops.base import Check, OpView, Params, Values, array
from weft.ops.checks import computed, constant, int8_activations, named, takes
from weft.quant import INT32_MAX, Ints, requantize, requants, wrap32

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


def finish(op: OpView, sums: Ints, reals: list[float]) -> Values:
    """Output values of int32 sums whose last axis is the output channel."""
    multiplier, shift = requantization(reals, sums.shape[-1])
    scaled = wrap32(requantize(sums, multiplier, shift) + op.output.q.zp)
    low, high = clamp_range(op.attrs.activation, op.output.q, -128, 127)
    values: Values = np.clip(scaled, low, high).astype(np.int8)
    return values.reshape(op.output.shape)


def sum_bounds(op: OpView, axis: int) -> Ints:
    """What no sum of an output channel exceeds, in whatever order it is made."""
    weights, zero_point = matrix(op, axis), op.input(1).q.zero_point[0]
    spread = np.abs(weights).sum(axis=1) + abs(zero_point) * weights.shape[1]
    bounds: Ints = np.abs(folded_bias(op, axis)) + 128 * spread
    return bounds


def output_params(op: OpView, axis: int, reals: list[float]) -> Params:
    """The fields that every kernel with weights has, but for the weights.

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


def int8_weights(op: OpView) -> str | None:
    "weights are int8 and quantized"
    weights = op.input(1)
    if weights.dtype is not DType.INT8:
        return f"{named(weights)} is {weights.dtype.value}"
    if weights.quant is None or not weights.quant.scale or not weights.quant.zero_point:
        return f"{named(weights)} is not quantized"
    return None


def weights_zero_point_0(op: OpView) -> str | None:
    "the zero point of the weights is 0"
    found = sorted({zp for zp in op.input(1).q.zero_point if zp})
    return f"that of {named(op.input(1))} is {found[0]}" if found else None


def scales_by_channel(axis: int) -> Check:
    """The weights have one scale, or one for each output channel."""

    def check(op: OpView) -> str | None:
        weights = op.input(1)
        quant, channels = weights.q, weights.shape[axis]
        if not quant.per_channel:
            return None
        if quant.axis != axis:
            return f"the scales of {named(weights)} follow axis {quant.axis}"
        return None if len(quant.scale) == channels else f"there are {len(quant.scale)} scales"

    check.__doc__ = f"the weights have one scale or one for each output channel (axis {axis})"
    return check


def int32_bias(axis: int) -> Check:
    """A bias is int32 with zero point 0 and one value for each output channel."""

    def check(op: OpView) -> str | None:
        tensor, channels = op.optional(2), op.input(1).shape[axis]
        if tensor is None:
            return None
        if tensor.dtype is not DType.INT32:
            return f"{named(tensor)} is {tensor.dtype.value}"
        if tensor.shape != (channels,):
            return f"{named(tensor)} is {list(tensor.shape)} for {channels} channels"
        if tensor.quant is not None and any(tensor.quant.zero_point):
            return f"the zero point of {named(tensor)} is not 0"
        return None

    check.__doc__ = "the bias is int32 with zero point 0 and one value for each output channel"
    return check


def bias_scale(op: OpView) -> str | None:
    "the scale of the bias is that of input times weights, to 2 % of the output's scale"
    tensor = op.optional(2)
    if tensor is None or tensor.quant is None or not tensor.quant.scale:
        return None
    product = op.input(0).q.s * np.array(op.input(1).q.scale)
    found = np.array(tensor.quant.scale)
    if len(found) not in (1, tensor.elements):
        return f"{named(tensor)} has {len(found)} scales"
    product, found = np.broadcast_arrays(product, found)
    worst = int(np.argmax(np.abs(found - product)))
    if abs(found[worst] - product[worst]) <= 0.02 * op.output.q.s:
        return None
    return f"{named(tensor)} has {found[worst]:.6g} instead of {product[worst]:.6g}"


def multipliers_fit(multipliers: Multipliers) -> Check:
    """The multipliers can be written as a 31-bit number and a shift below the word size."""

    def check(op: OpView) -> str | None:
        largest = max(multipliers(op))
        return None if largest < 2.0**30 else f"it is {largest:.6g}"

    check.__doc__ = "scale of input times scale of weights over scale of output is below 2**30"
    return check


def sums_fit(axis: int) -> Check:
    """No input can make a channel's int32 sum overflow, in whatever order it is made."""

    def check(op: OpView) -> str | None:
        bound = sum_bounds(op, axis)
        worst = int(np.argmax(bound))
        if bound[worst] <= INT32_MAX:
            return None
        return f"that of channel {worst} can reach {bound[worst]}"

    check.__doc__ = "the sum of every output channel, bias included, fits 32 bits for all inputs"
    return check


OPERANDS: tuple[Check, ...] = (
    takes(2, 3),
    computed(0, "input"),
    constant(1, "weights tensor"),
    constant(2, "bias"),
    int8_activations,
    int8_weights,
)
"""The first checks of every operator with weights."""


def number_checks(axis: int, multipliers: Multipliers) -> tuple[Check, ...]:
    """The last ones: they rely on shapes that agree."""
    return (
        int32_bias(axis),
        bias_scale,
        multipliers_fit(multipliers),
        sums_fit(axis),
    )
