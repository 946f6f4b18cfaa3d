"""Convolutions and FULLY_CONNECTED seen alike: which weight meets which input channel, and where.

Knows how these operators store weights; does not know what may be done to them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from weft.ir import DType, Tensor
from weft.ops import REGISTRY, OpView, rejection
from weft.ops.weighted import filters, linear, vectors
from weft.ops.window import Axis, image
from weft.quant import INT32_MAX, INT32_MIN, Ints

Bools = npt.NDArray[np.bool_]

_CHANNEL_AXIS = {"conv_2d": 0, "depthwise_conv_2d": 3, "fully_connected": 0}
"""Where the output channels are in the weights' shape."""


def width(tensor: Tensor) -> int:
    """Channels of a tensor: the length of its last axis."""
    return tensor.shape[-1] if tensor.shape else 1


@dataclass(frozen=True, slots=True)
class Filters:
    """acc[o] = bias[o] + sum of weights[o, place, d] * (x[place, source[o, d]] - zero point).

    A place is a position in the window; for FULLY_CONNECTED one of the pixels in the vector.
    """

    weights: Ints  # (outputs, places, depth), less their zero point
    bias: Ints  # (outputs)
    source: Ints  # (outputs, depth): input channels
    border: Bools  # (places): may meet padding, where x is the zero point

    @property
    def reads(self) -> Bools:
        """Whether output o depends on input channel source[o, d], (outputs, depth)."""
        found: Bools = (self.weights != 0).any(axis=1)
        return found


def channel_axis(op: OpView) -> int:
    """The axis of the weights that output channels follow."""
    return _CHANNEL_AXIS[op.node.op]


def multipliers(op: OpView) -> list[float]:
    """The real multiplier of each scale of the weights."""
    if op.node.op == "fully_connected":
        return vectors.multipliers(op)
    return linear.double_multipliers(op)


def is_grouped(op: OpView) -> bool:
    """Whether output channels of a convolution see different input channels."""
    return op.node.op == "conv_2d" and op.input(1).shape[3] != op.input(0).shape[3]


def filters_of(op: OpView) -> Filters | None:
    """The operator's filters; None if it has none, or reads pixels in parts.

    Layers of int16 are left as they are: nothing is known of the values of their channels.
    """
    if op.node.op not in _CHANNEL_AXIS or op.input(0).dtype is not DType.INT8:
        return None
    channels = width(op.input(0))
    if op.node.op == "fully_connected" and op.input(1).shape[1] % channels:
        return None
    stored = np.moveaxis(op.input(1).data, channel_axis(op), 0).astype(np.int64)
    stored = stored.reshape(len(stored), -1, _depth(op)) - op.input(1).q.zero_point[0]
    border, idle = _places(op, stored.shape[1])
    stored[:, idle] = 0
    return Filters(stored, linear.bias(op, len(stored)), _source(op), border)


def _depth(op: OpView) -> int:
    """Weights of an output channel at one place."""
    if op.node.op == "fully_connected":
        return width(op.input(0))
    return op.input(1).shape[3] if op.node.op == "conv_2d" else 1


def _source(op: OpView) -> Ints:
    outputs, depth = width(op.output), _depth(op)
    first = np.arange(outputs) * 0
    if op.node.op == "depthwise_conv_2d":
        first = np.arange(outputs) // op.attrs.depth_multiplier
    elif is_grouped(op):
        groups = width(op.input(0)) // depth
        first = np.arange(outputs) // (outputs // groups) * depth
    source: Ints = first[:, None] + np.arange(depth)
    return source


def _places(op: OpView, count: int) -> tuple[Bools, Bools]:
    """Places that meet padding in some window, and those that never meet anything else."""
    if op.node.op == "fully_connected":
        return np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    (row_out, row_in), (column_out, column_in) = (
        _meets(axis, length)
        for axis, length in zip(filters.axes(op), image(op.input(0)), strict=True)
    )
    border = row_out[:, None] | column_out
    idle = ~(row_in[:, None] & column_in)
    return border.ravel(), idle.ravel()


def _meets(axis: Axis, length: int) -> tuple[Bools, Bools]:
    """For each position of a window: whether it is ever outside and ever inside the image."""
    taps = np.arange(axis.size)[:, None] * axis.dilation - axis.before
    positions = taps + np.arange(axis.count(length)) * axis.stride
    inside = np.logical_and(positions >= 0, positions < length)
    partly, ever = (~inside).max(axis=1), inside.max(axis=1)
    return partly, ever


def with_filters(op: OpView, changed: Filters) -> OpView | None:
    """The operator with other weights and bias; None if they cannot be stored."""
    weights = op.input(1)
    stored = changed.weights + weights.q.zero_point[0]
    int32 = _within(changed.bias, INT32_MIN, INT32_MAX)
    if not int32 or not _within(stored, *weights.dtype.limits):
        return None
    axis = channel_axis(op)
    shape = np.moveaxis(weights.data, axis, 0).shape
    moved = np.moveaxis(stored.reshape(shape), 0, axis)
    made = replace(weights, const=weights.dtype.pack(moved), origin=None)
    bias = op.optional(2) or Tensor(f"{weights.name} bias", (len(stored),), DType.INT32)
    bias = replace(bias, const=changed.bias.astype("<i4").tobytes(), origin=None)
    rewritten = replace(op, inputs=(op.inputs[0], made, bias))
    return rewritten if rejection(REGISTRY[op.node.op], rewritten) is None else None


def _within(values: Ints, least: int, greatest: int) -> bool:
    return bool(least <= values.min() and values.max() <= greatest)
