"""DEPTHWISE_CONV_2D with any filter by the DSP extension: which layers, tiles, weights in order.

The kernel is runtime/src/depthwise_conv_2d_s8__dsp.c. Knows parameters, not the instructions.
"""

from __future__ import annotations

import numpy as np

from weft.ops.base import OpView, Params, Values, array
from weft.ops.weighted import filters, linear
from weft.ops.weighted.depthwise_dsp import FAST_SCRATCH
from weft.ops.weighted.depthwise_finish import (
    AXIS,
    GROUP,
    by_shift,
    column_step,
    finish_params,
    output_numbers,
    quick_enough,
    shape_params,
)

_TOGETHER = 5  # outputs that the kernel makes at once
_FEW = 3  # or, where no more are left
_UNPACK_CYCLES, _UNPACK_1_CYCLES = 5, 14
"""Of a channel: of a pair of rows in an input column, four channels together or one by one."""
_PAIR_CYCLES, _TWO_COLUMNS_CYCLES = 24, {1: 21, 2: 27}
"""Of outputs together, in a pair of rows; of each two columns of the filter there, by stride."""
_TOGETHER_CYCLES, _ROW_CYCLES, _OUTPUT_CYCLES = 60, 30, 8
"""Of outputs together, of a tile's row and of an output, besides."""
_TILE_CYCLES = 500
_TALLEST, _WIDEST = 124, 7  # filters that it can do
_MUCH = 12  # multiplications of an input, where channels are unpacked one by one: fewer do not pay


def fits(op: OpView) -> bool:
    """Whether the kernel can do it."""
    _, height, width, _ = op.input(1).shape
    small = height <= _TALLEST and width <= _WIDEST
    near = op.attrs.stride_w <= 2 or op.output.shape[2] == 1
    much = op.input(0).shape[3] >= GROUP or height * width * op.attrs.depth_multiplier >= _MUCH
    return small and near and much and quick_enough(op)


def rows(op: OpView) -> int:
    """Output rows per step: two where neighbors share input rows."""
    a, height = op.attrs, op.input(1).shape[1]
    return 2 if a.dilation_h == 1 and a.stride_h < max(height, 2) and op.output.shape[1] > 1 else 1


def _input_pairs(op: OpView, block: int) -> int:
    """Pairs of input rows of a step."""
    return int(-(-(op.input(1).shape[1] + (block - 1) * op.attrs.stride_h) // 2))


def scratch(op: OpView, most: int) -> int:
    """Bytes: four planes for each two rows that a step unpacks; few outputs if `most` is little."""
    return _scratch(op, _tile(op, most))


def cycles(op: OpView, block: int, most: int) -> int:
    """Roughly, by what is unpacked and by outputs that are made together."""
    tile = _tile(op, most)
    whole, rest = divmod(_together(op), tile)
    row = whole * _tile_cycles(op, block, tile) + (_tile_cycles(op, block, rest) if rest else 0)
    return -(-op.output.shape[1] // block) * column_step(op) * row


def fastest(op: OpView) -> int:
    """The same with as much memory as the kernel may ask for."""
    return cycles(op, rows(op), FAST_SCRATCH)


def _tile_cycles(op: OpView, block: int, outputs: int) -> int:
    """Of a tile."""
    _, height, width, filters_ = op.input(1).shape
    channels, stride = op.input(0).shape[3], min(op.attrs.stride_w, 2)
    each = _UNPACK_CYCLES if channels >= GROUP else _UNPACK_1_CYCLES
    columns = min(_plane(op, outputs), -(-op.input(0).shape[2] // column_step(op)))
    unpacked = _input_pairs(op, block) * columns * each
    pair = _PAIR_CYCLES + _TWO_COLUMNS_CYCLES[stride] * (width // 2)
    together = -(-height // 2) * pair + _TOGETHER_CYCLES
    fives, rest = divmod(outputs, _TOGETHER)
    made = (fives + (0, 0.7, 0.7, 0.7, 1)[rest]) * together + outputs * _OUTPUT_CYCLES + _ROW_CYCLES
    return int(_TILE_CYCLES + channels * unpacked + filters_ * block * made)


def params(op: OpView, most: int) -> Params:
    """The fields of weft_depthwise_conv_2d_s8__dsp_params, for tiles of `most` bytes of scratch."""
    _, height, width, _ = op.input(1).shape
    tile = _tile(op, most)
    return {
        "filters": _filters(op),
        "numbers": array(output_numbers(op), "int32"),
        **finish_params(op, by_shift(op), limited=False),
        **shape_params(op, tile),
        "depth_multiplier": op.attrs.depth_multiplier,
        "stride_height": op.attrs.stride_h,
        "filter_height": height,
        "filter_width": width,
        "filter_step": _filter_step(height),
        "plane": _plane(op, tile),
        "column_step": column_step(op),
        "end": filters.row_window(op).lead + op.input(0).shape[2],
    }


def _together(op: OpView) -> int:
    """Outputs of a row that may read the same columns."""
    return int(-(-op.output.shape[2] // column_step(op)))


def _tile(op: OpView, most: int) -> int:
    """Output pixels at a time; tiles of few of them may take more scratch than `most`."""
    outputs, widest = _together(op), _FEW
    while widest < outputs and _scratch(op, widest + 1) <= most:
        widest += 1
    if widest == outputs:
        return outputs
    even = -(-outputs // -(-outputs // widest))
    fives = -(-even // _TOGETHER) * _TOGETHER
    return fives if fives <= widest else widest // _TOGETHER * _TOGETHER or widest


def _scratch(op: OpView, tile: int) -> int:
    channels = min(GROUP, op.input(0).shape[3])
    return 4 * channels * _input_pairs(op, rows(op)) * _plane(op, tile)


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
