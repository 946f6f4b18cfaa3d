"""Constraints of layers with constant weights: types, scales, biases, sums. See `linear`."""

from __future__ import annotations

import numpy as np

from weft.errors import CompileError
from weft.ir import DType, Tensor
from weft.ops.base import Check, Options, OpView
from weft.ops.checks import activations, computed, constant, named, quantized, takes
from weft.ops.weighted.linear import Multipliers, int16_activated, rounds_once, sum_bounds
from weft.quant import INT32_MAX, SUM_LIMIT

_INT32 = 2  # in the schema's TensorType


def same_types(op: OpView) -> str | None:
    "the output has the input's type"
    a, b = op.input(0), op.output
    return None if a.dtype is b.dtype else f"{named(a)} is {a.dtype.value}, not {b.dtype.value}"


def weight_types(op: OpView) -> str | None:
    "weights are quantized and int8; or int4, for an int8 input"
    weights = op.input(1)
    types = (DType.INT8,) if int16_activated(op) else (DType.INT4, DType.INT8)
    if weights.dtype not in types:
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


def bias_types(axis: int) -> Check:
    """A bias is int32, or int64 for int16, with zero point 0 and a value for each channel."""

    def check(op: OpView) -> str | None:
        tensor, channels = op.optional(2), op.input(1).shape[axis]
        if tensor is None:
            return None
        wide = (DType.INT64,) if int16_activated(op) else ()
        if tensor.dtype not in (DType.INT32, *wide):
            return f"{named(tensor)} is {tensor.dtype.value}"
        if tensor.shape != (channels,):
            return f"{named(tensor)} is {list(tensor.shape)} for {channels} channels"
        if tensor.quant is not None and any(tensor.quant.zero_point):
            return f"the zero point of {named(tensor)} is not 0"
        return None

    check.__doc__ = (
        "the bias is int32, or int64 for an int16 input, "
        "with zero point 0 and one value for each output channel"
    )
    return check


def wide_bias(op: OpView) -> str | None:
    "the bias of an int16 input is int64"
    tensor = op.optional(2)
    if tensor is None or not int16_activated(op) or tensor.dtype is DType.INT64:
        return None
    return f"{named(tensor)} is {tensor.dtype.value}"


def require_stated_sums(options: Options, image: Tensor | None, bias: Tensor | None) -> None:
    """An int16 layer says that its bias, and with it the sums, is int32, and only then has one.

    TensorFlow Lite Micro goes by the bias and LiteRT by the option.
    """
    if image is None or image.dtype is not DType.INT16:
        return
    stated = int(options["quantized_bias_type"]) == _INT32
    found = None if bias is None else bias.dtype
    if stated != (found is DType.INT32):
        raise CompileError(
            f"quantized_bias_type says {'int32' if stated else 'int64'}, "
            f"but the bias is {'left out' if found is None else found.value}"
        )


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
    """The multipliers can be written as a number of 31 or 15 bits and a shift of the sum."""

    def check(op: OpView) -> str | None:
        largest, limit = max(multipliers(op)), 2.0**7 if rounds_once(op) else 2.0**30
        return None if largest < limit else f"it is {largest:.6g}"

    check.__doc__ = (
        "scale of input times scale of weights over scale of output is below 2**30; "
        "below 2**7 for int16 with 64-bit sums"
    )
    return check


def sums_fit(axis: int) -> Check:
    """No input can make a channel's sum overflow, in whatever order it is made.

    int16 sums with an int32 bias may: they wrap by definition.
    """

    def check(op: OpView) -> str | None:
        if int16_activated(op) and not rounds_once(op):
            return None
        bound = sum_bounds(op, axis)
        worst = int(np.argmax(bound))
        if bound[worst] <= (SUM_LIMIT if rounds_once(op) else INT32_MAX):
            return None
        return f"that of channel {worst} can reach {bound[worst]}"

    check.__doc__ = (
        "the sum of every output channel, bias included, fits 32 bits for all int8 inputs, "
        "48 bits for int16 ones without an int32 bias"
    )
    return check


OPERANDS: tuple[Check, ...] = (
    takes(2, 3),
    computed(0, "input"),
    constant(1, "weights tensor"),
    constant(2, "bias"),
    quantized(activations, "activations", DType.INT8, DType.INT16),
    same_types,
    weight_types,
)
"""The first checks of every operator with weights."""


def number_checks(axis: int, multipliers: Multipliers) -> tuple[Check, ...]:
    """The last ones: they rely on shapes that agree."""
    return (
        bias_types(axis),
        bias_scale,
        multipliers_fit(multipliers),
        sums_fit(axis),
    )
