"""DEPTHWISE_CONV_2D by the DSP extension: which layers, and the weights in the kernel's order.

The kernels are runtime/src/depthwise_conv_2d_3x3_s8__dsp.c, for filters of 3 by 3 whose outputs are
exact in the short form of `requant_fit`, and depthwise_conv_2d_s8__dsp.c for any filter and output.
Knows parameters, not the instructions.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from weft.ops import filters, linear
from weft.ops.activation import clamp_range
from weft.ops.base import OpView, Params, RowWindow, Values, array
from weft.ops.requant_fit import SCALE_BITS, Channels, Folded, fold
from weft.quant import Ints

_AXIS = 3  # output channels of 1HWO weights
_GROUP = 4  # channels that are unpacked at once
_TOGETHER = 5  # outputs that the kernel for any filter makes at once
_COLUMN = 32  # bytes of an unpacked input column of four channels, for filters of 3 by 3

FAST_SCRATCH = 1056  # bytes: 24 output pixels of a row at a time
SMALL_SCRATCH = 512  # bytes: ten


def fits_3x3(op: OpView) -> bool:
    """Whether the kernel for filters of 3 by 3 can do it, with exactly the same outputs."""
    a, (_, height, width, channels) = op.attrs, op.input(1).shape
    shape = (height, width) == (3, 3) and a.dilation_w == 1
    steps = a.stride_w == 1 or (a.stride_w == 2 and rows(op) == 1)
    return (
        shape
        and steps
        and channels >= _GROUP
        and a.depth_multiplier == 1
        and _folded(op) is not None
    )


def fits(op: OpView) -> bool:
    """Whether the kernel for any filter can do it."""
    a, width, channels = op.attrs, op.input(1).shape[2], op.input(0).shape[3]
    columns = (a.dilation_w == 1 or width == 1) and (a.stride_w <= 2 or op.output.shape[2] == 1)
    return columns and channels >= _GROUP and a.depth_multiplier == 1


def rows(op: OpView) -> int:
    """Output rows per step: two that are neighbors share input rows."""
    together = op.attrs.stride_h == 1 and op.attrs.dilation_h == 1 and op.output.shape[1] > 1
    return 2 if together else 1


def scratch(op: OpView) -> int:
    """Bytes: four planes for each two rows that a step unpacks."""
    together = op.input(1).shape[1] + rows(op) - 1
    return 4 * _GROUP * -(-together // 2) * _plane(op, _tile(op))


def scratch_3x3(op: OpView, most: int = FAST_SCRATCH) -> int:
    """Bytes: a tile's unpacked input columns, one that is not used, and outputs of two rows.

    `most` bytes decide how wide a tile may be.
    """
    return _scratch_3x3(op, _tile_3x3(op, most))


def params_3x3(op: OpView, most: int = FAST_SCRATCH) -> Params:
    """The fields of weft_depthwise_conv_2d_3x3_s8_params, for tiles of `most` bytes of scratch."""
    folded = _folded(op)
    assert folded is not None
    return {
        "filters": _filters_3x3(op, folded),
        "shift": folded.shift,
        **_shape_params(op, _tile_3x3(op, most)),
    }


def params(op: OpView) -> Params:
    """The fields of weft_depthwise_conv_2d_s8__dsp_params."""
    _, height, width, channels = op.input(1).shape
    tile, folded = _tile(op), _folded(op)
    numbers = dict(linear.output_params(op, _AXIS, linear.double_multipliers(op)))
    if folded is not None:
        numbers["bias"] = array(_offset(op, folded), "int32")
        numbers["multiplier"] = array(folded.multiplier, "int32")
        numbers["shift"] = array(np.full(channels, folded.shift), "int8")
    return {
        "filters": _filters(op),
        **numbers,
        "folded": int(folded is not None),
        **_shape_params(op, tile),
        "filter_height": height,
        "filter_width": width,
        "filter_step": _filter_step(height),
        "plane": _plane(op, tile),
    }


def _shape_params(op: OpView, tile: int) -> Params:
    (window,) = filters.geometry(op).inputs
    assert isinstance(window, RowWindow)
    low, high = clamp_range(op.attrs.activation, op.output.q, -128, 127)
    return {
        "activation_min": low,
        "activation_max": high,
        "output_width": op.output.shape[2],
        "channels": op.output.shape[3],
        "stride_width": op.attrs.stride_w,
        "row_step": op.attrs.dilation_h,
        "tile": tile,
        "lead": window.lead,
        "trail": window.trail,
    }


def _even_tile(op: OpView, widest: int) -> int:
    """Output pixels at a time: tiles of a row are about equally wide."""
    width = op.output.shape[2]
    return -(-width // -(-width // widest))


def _tile_3x3(op: OpView, most: int) -> int:
    """The same for as much scratch as there may be."""
    widest = 1
    while _scratch_3x3(op, widest + 1) <= most:
        widest += 1
    return _even_tile(op, widest)


def _scratch_3x3(op: OpView, tile: int) -> int:
    columns: int = (tile - 1) * op.attrs.stride_w + 4
    return _COLUMN * columns + 2 * _GROUP * tile


def _tile(op: OpView) -> int:
    """The same for any filter: twice five, or five where there are many columns."""
    return _even_tile(op, 2 * _TOGETHER if op.attrs.stride_w == 1 else _TOGETHER)


def _plane(op: OpView, tile: int) -> int:
    """Columns that are read for a tile: its outputs are made by five, the last ones by three."""
    whole, rest = divmod(tile, _TOGETHER)
    outputs = _TOGETHER * whole + (0, 3, 3, 3, _TOGETHER)[rest]
    columns: int = (outputs - 1) * op.attrs.stride_w + op.input(1).shape[2]
    return columns


def _filter_step(height: int) -> int:
    """Bytes of two filter columns, with zeros for a row or more behind them."""
    return -(-2 * (height + 1) // 4) * 4


def _filters(op: OpView) -> Values:
    """By channel and two columns their rows, as depthwise_conv_2d_s8__dsp.h says."""
    _, height, width, channels = op.input(1).shape
    taps = linear.matrix(op, _AXIS).reshape(channels, height, width)
    pairs = -(-width // 2)
    room = np.zeros((channels, _filter_step(height) // 2, 2 * pairs), np.int8)
    room[:, :height, :width] = taps
    ordered = room.reshape(channels, -1, pairs, 2).transpose(0, 2, 1, 3)
    return array(np.concatenate([np.zeros(4, np.int8), ordered.ravel()]).view("<i4"), "int32")


def _offset(op: OpView, folded: Folded) -> Ints:
    """What is added to 256 times the sum of products."""
    return (linear.folded_bias(op, _AXIS) << SCALE_BITS) + folded.offset


def _filters_3x3(op: OpView, folded: Folded) -> Values:
    """Five words for each channel, as depthwise_conv_2d_3x3_s8.h says."""
    taps = linear.matrix(op, _AXIS).astype(np.int8).reshape(-1, 3, 3)
    blank = np.zeros(len(taps), np.int8)
    w00, w01, w02, w10, w11, w12, w20, w21, w22 = taps.reshape(-1, 9).T
    order = (blank, blank, blank, w22, w00, w01, w10, w11, w02, w20, w12, w21)
    packed = np.ascontiguousarray(np.stack(order, axis=1)).view("<i4")
    return array(np.column_stack([folded.multiplier, _offset(op, folded), packed]), "int32")


def _folded(op: OpView) -> Folded | None:
    """The short form of the outputs, None where it is not exact or sums may leave 32 bits."""
    weights, bias = linear.matrix(op, _AXIS), linear.folded_bias(op, _AXIS)
    least = bias + np.minimum(-128 * weights, 127 * weights).sum(axis=1)
    greatest = bias + np.maximum(-128 * weights, 127 * weights).sum(axis=1)
    multiplier, shift = linear.requantization(linear.double_multipliers(op), len(bias))
    if shift.max() > 0 or np.abs(bias).max() >= 1 << (31 - SCALE_BITS):
        return None
    low, high = clamp_range(op.attrs.activation, op.output.q, -128, 127)
    if low >= high:
        return None
    numbers = np.stack([multiplier, shift, least, greatest])
    return _fold(numbers.tobytes(), op.output.q.zp, low, high)


@lru_cache(maxsize=128)
def _fold(numbers: bytes, zero_point: int, low: int, high: int) -> Folded | None:
    """`fold`, once for all that ask about a layer; `numbers` are those of `Channels`."""
    multiplier, shift, least, greatest = np.frombuffer(numbers, np.int64).reshape(4, -1)
    return fold(Channels(multiplier, shift, least, greatest, zero_point, low, high))
