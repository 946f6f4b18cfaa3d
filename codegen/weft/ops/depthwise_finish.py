"""What all kernels of DEPTHWISE_CONV_2D for the DSP extension have in common.

Twin of runtime/src/depthwise_finish.c: what is left to do where they have made all outputs of a
step in few instructions.
"""

from __future__ import annotations

import numpy as np

from weft.ops import filters, linear
from weft.ops.activation import clamp_range
from weft.ops.base import OpView, Params, Values, array
from weft.quant import Ints

AXIS = 3  # output channels of 1HWO weights
GROUP = 4  # channels that are unpacked at once
MOSTLY = 7 / 8  # part of the channels that the kernels make: fewer are better made by others


def exceptions(op: OpView, channels: Ints) -> Values:
    """Channel, bias, multiplier, shift and weights of some channels."""
    bias = linear.folded_bias(op, AXIS)
    numbers = linear.requantization(linear.double_multipliers(op), len(bias))
    columns = [values[channels] for values in (bias, *numbers, linear.matrix(op, AXIS))]
    return array(np.column_stack([channels, *columns]), "int32")


def column_step(op: OpView) -> int:
    """Input columns from one column of the filter to the next; 1 if there is only one."""
    return int(op.attrs.dilation_w) if op.input(1).shape[2] > 1 else 1


def shape_params(op: OpView, tile: int) -> Params:
    """Fields that all their structs have; `tile`: output pixels of a row at a time."""
    low, high = clamp_range(op.attrs.activation, op.output.q, -128, 127)
    return {
        "activation_min": low,
        "activation_max": high,
        "output_width": op.output.shape[2],
        "channels": op.output.shape[3],
        "stride_width": op.attrs.stride_w,
        "row_step": op.attrs.dilation_h,
        "tile": tile,
        "lead": filters.row_window(op).lead,
    }
