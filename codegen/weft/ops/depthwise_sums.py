"""DEPTHWISE_CONV_2D with any filter by the DSP extension: which layers, tiles, weights in order.

The kernel is runtime/src/depthwise_conv_2d_s8__dsp.c. Knows parameters, not the instructions.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from weft.ops import filters, linear
from weft.ops.base import OpView, Params, Values, array
from weft.ops.depthwise_finish import AXIS, GROUP, MOSTLY, column_step, exceptions, shape_params

Mask = npt.NDArray[np.bool_]

_TOGETHER = 5  # outputs that the kernel makes at once
_FEW = 3  # or, where no more are left
_MOST_SHIFT = 22  # right: the zero point shifted left by as much, and half a product, fit 32 bits
_TALLEST, _WIDEST = 124, 7  # filters that it can do


def fits(op: OpView) -> bool:
    """Whether the kernel can do it."""
    a, (_, height, width, channels) = op.attrs, op.input(1).shape
    small = height <= _TALLEST and width <= _WIDEST and (a.stride_w <= 2 or op.output.shape[2] == 1)
    one_each = channels >= GROUP and a.depth_multiplier == 1
    return small and one_each and bool(np.mean(_by_shift(op)) >= MOSTLY)


def rows(op: OpView) -> int:
    """Output rows per step: two that are neighbors share input rows."""
    together = op.attrs.stride_h == 1 and op.attrs.dilation_h == 1 and op.output.shape[1] > 1
    return 2 if together else 1


def scratch(op: OpView, most: int) -> int:
    """Bytes: four planes for each two rows that a step unpacks; few outputs if `most` is little."""
    return _scratch(op, _tile(op, most))


def cycles(op: OpView, block: int, most: int) -> int:
    """Roughly, by multiplications and tiles."""
    _, height, width, channels = op.output.shape
    _, rows_, columns, _ = op.input(1).shape
    outputs = height * width * rows_ * columns * (7 if block == 1 else 5) // 2
    tiles = -(-height // block) * column_step(op) * -(-_together(op) // _tile(op, most))
    return channels * (outputs + tiles * 200)


def params(op: OpView, most: int) -> Params:
    """The fields of weft_depthwise_conv_2d_s8__dsp_params, for tiles of `most` bytes of scratch."""
    _, height, width, _ = op.input(1).shape
    tile = _tile(op, most)
    others = np.flatnonzero(~_by_shift(op))
    return {
        "filters": _filters(op),
        "numbers": _numbers(op),
        "exceptions": exceptions(op, others) if len(others) else 0,
        "exception_count": len(others),
        "output_zero_point": op.output.q.zp,
        **shape_params(op, tile),
        "filter_height": height,
        "filter_width": width,
        "filter_step": _filter_step(height),
        "plane": _plane(op, tile),
        "column_step": column_step(op),
        "end": filters.row_window(op).lead + op.input(0).shape[2],
    }


def _by_shift(op: OpView) -> Mask:
    """Channels whose outputs are exact by a multiplication, a shift right and no more than 32 bits.

    Twice the sum fits 32 bits, and what the shift leaves of the zero point fits with it.
    """
    channels = op.input(1).shape[AXIS]
    _, shift = linear.requantization(linear.double_multipliers(op), channels)
    small = linear.sum_bounds(op, AXIS) < 1 << 30
    return small & (shift < 0) & (shift >= -_MOST_SHIFT)


def _numbers(op: OpView) -> Values:
    """Four words for each channel, as depthwise_conv_2d_s8__dsp.h says."""
    bias, exact = linear.folded_bias(op, AXIS), _by_shift(op)
    multiplier, shift = linear.requantization(linear.double_multipliers(op), len(bias))
    right = np.where(exact, -shift, 1)
    addend = (1 << right >> 1) + (op.output.q.zp << right)
    numbers = np.column_stack([2 * bias, multiplier, right, addend])
    return array(np.where(exact[:, None], numbers, 0), "int32")


def _together(op: OpView) -> int:
    """Outputs of a row that may read the same columns."""
    return int(-(-op.output.shape[2] // column_step(op)))


def _tile(op: OpView, most: int) -> int:
    """Output pixels at a time; tiles of few of them may take more scratch than `most`."""
    outputs, widest = _together(op), _FEW
    while widest < outputs and _scratch(op, widest + 1) <= most:
        widest += 1
    return min(widest // _TOGETHER * _TOGETHER or widest, outputs)


def _scratch(op: OpView, tile: int) -> int:
    together = op.input(1).shape[1] + rows(op) - 1
    return 4 * GROUP * -(-together // 2) * _plane(op, tile)


def _plane(op: OpView, tile: int) -> int:
    """Columns that are read for a tile: its outputs are made by five, the last ones by three."""
    whole, rest = divmod(tile, _TOGETHER)
    outputs = _TOGETHER * whole + (0, _FEW, _FEW, _FEW, _TOGETHER)[rest]
    columns: int = (outputs - 1) * op.attrs.stride_w + _columns(op)
    return columns


def _columns(op: OpView) -> int:
    """Columns of a filter, an odd number: one of zeros makes an even one odd."""
    width = op.input(1).shape[2]
    return width + 1 - width % 2


def _filter_step(height: int) -> int:
    """Bytes of two filter columns, with zeros for a row or more behind them."""
    return -(-2 * (height + 1) // 4) * 4


def _filters(op: OpView) -> Values:
    """By channel and two columns their rows, as depthwise_conv_2d_s8__dsp.h says."""
    _, height, width, channels = op.input(1).shape
    taps = linear.matrix(op, AXIS).reshape(channels, height, width)
    pairs = -(-_columns(op) // 2)
    room = np.zeros((channels, _filter_step(height) // 2, 2 * pairs), np.int8)
    room[:, :height, :width] = taps
    ordered = room.reshape(channels, -1, pairs, 2).transpose(0, 2, 1, 3)
    return array(np.concatenate([np.zeros(4, np.int8), ordered.ravel()]).view("<i4"), "int32")
