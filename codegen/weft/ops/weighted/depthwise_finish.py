"""What all kernels of DEPTHWISE_CONV_2D for the DSP extension have in common.

Twin of runtime/src/depthwise_finish.c: what is left to do where they have made all outputs of a
step in few instructions.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from weft.ops.activation import clamp_range
from weft.ops.base import OpView, Params, array
from weft.ops.weighted import filters, linear
from weft.quant import Ints, requantize

Mask = npt.NDArray[np.bool_]

AXIS = 3  # output channels of 1HWO weights
GROUP = 4  # channels that are unpacked at once
MOSTLY = 7 / 8  # part of the channels that the kernels make: fewer are better made by others
_MOST_SHIFT = 22  # right: the zero point shifted left by as much, and half a product, fit 32 bits


def finish_params(op: OpView, quick: Mask, *, limited: bool) -> Params:
    """The field that tells what is left to do, where outputs of some channels are `quick` ones,
    `limited` to those of the activation or not. Its order is that of weft/depthwise_finish.h."""
    others = np.flatnonzero(~quick)
    low, high = clamp_range(op.attrs.activation, op.output.q, -128, 127)
    if not len(others) and (limited or (low, high) == (-128, 127)):
        return {"left": 0}
    _, height, width, _ = op.input(1).shape
    a, (_, _, outputs, channels) = op.attrs, op.output.shape
    numbers = [len(others), height, width, a.dilation_h, column_step(op), a.stride_h, a.stride_w,
               channels, outputs, op.output.q.zp, low, high]  # fmt: skip
    return {"left": array(np.concatenate([numbers, _exceptions(op, others)]), "int32")}


def _exceptions(op: OpView, channels: Ints) -> Ints:
    """Channel, bias, multiplier, shift and weights of some channels."""
    bias = linear.folded_bias(op, AXIS)
    numbers = linear.requantization(linear.double_multipliers(op), len(bias))
    columns = [values[channels] for values in (bias, *numbers, linear.matrix(op, AXIS))]
    return np.column_stack([channels, *columns]).ravel()


def by_shift(op: OpView) -> Mask:
    """Channels whose outputs are exact by a multiplication, a shift right and no more than 32 bits.

    Twice the sum fits 32 bits, and what the shift leaves of the zero point fits with it.
    """
    channels = op.input(1).shape[AXIS]
    _, shift = linear.requantization(linear.double_multipliers(op), channels)
    small = linear.sum_bounds(op, AXIS) < 1 << 30
    return small & (shift < 0) & ((shift >= -_MOST_SHIFT) | _vanishing(op))


def quick_enough(op: OpView) -> bool:
    """Whether these are nearly all; all, where an input channel has several filters."""
    return bool(np.mean(by_shift(op)) >= (MOSTLY if op.attrs.depth_multiplier == 1 else 1))


def _vanishing(op: OpView) -> Mask:
    """Channels whose sums are scaled to 0, whatever they are."""
    bounds = linear.sum_bounds(op, AXIS)
    multiplier, shift = linear.requantization(linear.double_multipliers(op), len(bounds))
    found: Mask = requantize(bounds, multiplier, np.minimum(shift, 0)) == 0
    return found


def output_numbers(op: OpView) -> Ints:
    """Four words for each channel as weft/depthwise_output.h says; 0 where it is not `by_shift`."""
    bias, exact, vanishing = linear.folded_bias(op, AXIS), by_shift(op), _vanishing(op)
    multiplier, shift = linear.requantization(linear.double_multipliers(op), len(bias))
    right = np.where(exact & ~vanishing, -shift, 1)
    addend = (1 << right >> 1) + (op.output.q.zp << right)
    words = [2 * bias, np.where(vanishing, 0, multiplier), right, addend]
    found: Ints = np.where(exact[:, None], np.column_stack(words), 0)
    return found


def column_step(op: OpView) -> int:
    """Input columns from one column of the filter to the next; 1 if there is only one."""
    return int(op.attrs.dilation_w) if op.input(1).shape[2] > 1 else 1


def shape_params(op: OpView, tile: int) -> Params:
    """Fields that all their structs have; `tile`: output pixels of a row at a time."""
    return {
        "output_width": op.output.shape[2],
        "channels": op.input(0).shape[3],
        "stride_width": op.attrs.stride_w,
        "row_step": op.attrs.dilation_h,
        "tile": tile,
        "lead": filters.row_window(op).lead,
    }
