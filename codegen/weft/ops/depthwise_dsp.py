"""DEPTHWISE_CONV_2D by the DSP extension: which layers, and the weights in the kernel's order.

The kernels are runtime/src/depthwise_conv_2d_3x3_s8__dsp.c and, at a stride of 2,
depthwise_conv_2d_3x3_stride_2_s8__dsp.c, for filters of 3 by 3 whose outputs are exact in the short
form of `requant_fit`, but for those of few channels, and depthwise_conv_2d_s8__dsp.c for the rest.
Knows parameters, not the instructions.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from weft.ops import filters, linear
from weft.ops.activation import clamp_range
from weft.ops.base import OpView, Params, Values, array
from weft.ops.requant_fit import SCALE_BITS, Channels, Folded, fold_to, proofs
from weft.quant import Ints

Mask = npt.NDArray[np.bool_]

_AXIS = 3  # output channels of 1HWO weights
_SHIFT = 10  # WEFT_QUAD_SHIFT: right, of outputs in the short form; nearly all layers have one
_GROUP = 4  # channels that are unpacked at once
_TOGETHER = 5  # outputs that the kernel for any filter makes at once
_FEW = 3  # or, where no more are left
_MOST_SHIFT = 22  # right: the zero point shifted left by as much, and half a product, fit 32 bits
_TALLEST, _WIDEST = 124, 7  # filters that it can do
_TWO_COLUMNS = {1: 64, 2: 80}  # bytes unpacked of four channels, for filters of 3 by 3, by stride
_LEAST = 3  # outputs of a row that they are for at a stride of 1
_MOSTLY = 7 / 8  # part of the channels that have exact short outputs
_CYCLES = {(1, 1): (20, 98), (1, 2): (16, 115), (2, 1): (27, 80), (2, 2): (23, 100)}
"""Of an output and of a tile, by stride and rows in a step, for filters of 3 by 3."""

FAST_SCRATCH = 2304  # bytes: 56 output pixels of a row at a time, 25 at a stride of 2
SMALL_SCRATCH = 512  # bytes: ten, or four


def fits_3x3(op: OpView, stride: int) -> bool:
    """Whether the kernel for filters of 3 by 3 at a stride can do it, with exact outputs."""
    a, (_, height, width, channels) = op.attrs, op.input(1).shape
    shape = (height, width) == (3, 3) and a.dilation_w == 1
    return (
        shape
        and a.stride_w == stride
        and channels >= _GROUP
        and a.depth_multiplier == 1
        and _folded(op) is not None
    )


def fits(op: OpView) -> bool:
    """Whether the kernel for any filter can do it."""
    a, (_, height, width, channels) = op.attrs, op.input(1).shape
    small = height <= _TALLEST and width <= _WIDEST and (a.stride_w <= 2 or op.output.shape[2] == 1)
    one_each = channels >= _GROUP and a.depth_multiplier == 1
    return small and one_each and bool(np.mean(_by_shift(op)) >= _MOSTLY)


def rows(op: OpView) -> int:
    """Output rows per step: two that are neighbors share input rows."""
    together = op.attrs.stride_h == 1 and op.attrs.dilation_h == 1 and op.output.shape[1] > 1
    return 2 if together else 1


def rows_3x3(op: OpView) -> int:
    """The same for filters of 3 by 3: at a stride of 2 they share one row."""
    a = op.attrs
    together = a.stride_h == a.stride_w and a.dilation_h == 1 and op.output.shape[1] > 1
    return 2 if together else 1


def scratch(op: OpView, most: int) -> int:
    """Bytes: four planes for each two rows that a step unpacks; few outputs if `most` is little."""
    return _scratch(op, _tile(op, most))


def scratch_3x3(op: OpView, most: int) -> int:
    """Bytes: a tile's unpacked input columns and outputs; `most` decide how wide it may be."""
    return _scratch_3x3(op, _tile_3x3(op, most))


def cycles_3x3(op: OpView, block: int, most: int) -> int:
    """Roughly, by outputs and tiles."""
    _, height, width, channels = op.output.shape
    output, start = _CYCLES[op.attrs.stride_w, block]
    tiles = -(-height // block) * -(-width // _tile_3x3(op, most))
    return channels * (height * width * output + tiles * start)


def cycles(op: OpView, block: int, most: int) -> int:
    """The same for any filter, by multiplications and tiles."""
    _, height, width, channels = op.output.shape
    _, rows_, columns, _ = op.input(1).shape
    outputs = height * width * rows_ * columns * (7 if block == 1 else 5) // 2
    tiles = -(-height // block) * _column_step(op) * -(-_together(op) // _tile(op, most))
    return channels * (outputs + tiles * 200)


def params_3x3(op: OpView, most: int) -> Params:
    """The fields of weft_depthwise_conv_2d_3x3_s8_params, for tiles of `most` bytes of scratch."""
    found = _folded(op)
    assert found is not None
    folded, exact = found
    others = np.flatnonzero(~exact)
    return {
        "filters": _filters_3x3(op, folded),
        "exceptions": _exceptions(op, others) if len(others) else 0,
        "exception_count": len(others),
        "output_zero_point": op.output.q.zp,
        **_shape_params(op, _tile_3x3(op, most)),
        "trail": filters.row_window(op).trail,
    }


def _exceptions(op: OpView, channels: Ints) -> Values:
    """Channel, bias, multiplier, shift and weights of some channels."""
    bias = linear.folded_bias(op, _AXIS)
    numbers = linear.requantization(linear.double_multipliers(op), len(bias))
    columns = [values[channels] for values in (bias, *numbers, linear.matrix(op, _AXIS))]
    return array(np.column_stack([channels, *columns]), "int32")


def params(op: OpView, most: int) -> Params:
    """The fields of weft_depthwise_conv_2d_s8__dsp_params, for tiles of `most` bytes of scratch."""
    _, height, width, _ = op.input(1).shape
    tile = _tile(op, most)
    others = np.flatnonzero(~_by_shift(op))
    return {
        "filters": _filters(op),
        "numbers": _numbers(op),
        "exceptions": _exceptions(op, others) if len(others) else 0,
        "exception_count": len(others),
        "output_zero_point": op.output.q.zp,
        **_shape_params(op, tile),
        "filter_height": height,
        "filter_width": width,
        "filter_step": _filter_step(height),
        "plane": _plane(op, tile),
        "column_step": _column_step(op),
        "end": filters.row_window(op).lead + op.input(0).shape[2],
    }


def _by_shift(op: OpView) -> Mask:
    """Channels whose outputs are exact by a multiplication, a shift right and no more than 32 bits.

    Twice the sum fits 32 bits, and what the shift leaves of the zero point fits with it.
    """
    channels = op.input(1).shape[_AXIS]
    _, shift = linear.requantization(linear.double_multipliers(op), channels)
    small = linear.sum_bounds(op, _AXIS) < 1 << 30
    return small & (shift < 0) & (shift >= -_MOST_SHIFT)


def _numbers(op: OpView) -> Values:
    """Four words for each channel, as depthwise_conv_2d_s8__dsp.h says."""
    bias, exact = linear.folded_bias(op, _AXIS), _by_shift(op)
    multiplier, shift = linear.requantization(linear.double_multipliers(op), len(bias))
    right = np.where(exact, -shift, 1)
    addend = (1 << right >> 1) + (op.output.q.zp << right)
    numbers = np.column_stack([2 * bias, multiplier, right, addend])
    return array(np.where(exact[:, None], numbers, 0), "int32")


def _column_step(op: OpView) -> int:
    """Input columns from one column of the filter to the next; 1 if there is only one."""
    return int(op.attrs.dilation_w) if op.input(1).shape[2] > 1 else 1


def _together(op: OpView) -> int:
    """Outputs of a row that may read the same columns."""
    return int(-(-op.output.shape[2] // _column_step(op)))


def _shape_params(op: OpView, tile: int) -> Params:
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
    stride = op.attrs.stride_w
    if stride == 2:
        return _TWO_COLUMNS[stride] * (tile + 1) + 2 * _GROUP * tile
    pixels = max(tile, _LEAST)
    return _TWO_COLUMNS[stride] * (-(-pixels // 2) + 1) + 2 * _GROUP * pixels


def _tile(op: OpView, most: int) -> int:
    """The same for any filter; tiles of few outputs may take more scratch than `most`."""
    outputs, widest = _together(op), _FEW
    while widest < outputs and _scratch(op, widest + 1) <= most:
        widest += 1
    return min(widest // _TOGETHER * _TOGETHER or widest, outputs)


def _scratch(op: OpView, tile: int) -> int:
    together = op.input(1).shape[1] + rows(op) - 1
    return 4 * _GROUP * -(-together // 2) * _plane(op, tile)


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
    taps = linear.matrix(op, _AXIS).reshape(channels, height, width)
    pairs = -(-_columns(op) // 2)
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
    none = np.zeros(len(taps), np.int8)
    w00, w01, w02, w10, w11, w12, w20, w21, w22 = taps.reshape(-1, 9).T
    if op.attrs.stride_w == 1:
        order = (w11, w10, w21, w20, w00, w12, w01, w22, none, w01, none, w02)
    else:
        order = (w01, w00, w11, w10, w21, w02, w22, w12, none, none, none, w20)
    packed = np.ascontiguousarray(np.stack(order, axis=1)).view("<i4")
    return array(np.column_stack([folded.multiplier, _offset(op, folded), packed]), "int32")


def _folded(op: OpView) -> tuple[Folded, Mask] | None:
    """The short form of the outputs, and for which channels it is exact.

    None where it is not for many, or sums may leave 32 bits.
    """
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
def _fold(numbers: bytes, zero_point: int, low: int, high: int) -> tuple[Folded, Mask] | None:
    """The same, once for all that ask about a layer; `numbers` are those of `Channels`."""
    multiplier, shift, least, greatest = np.frombuffer(numbers, np.int64).reshape(4, -1)
    channels = Channels(multiplier, shift, least, greatest, zero_point, low, high)
    folded = fold_to(channels, _SHIFT)
    exact = proofs(channels, folded)
    return (folded, exact) if np.mean(exact) >= _MOSTLY else None
