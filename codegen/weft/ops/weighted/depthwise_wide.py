"""Depthwise int16 layers: by DSP instructions, and by portable C.

DSP instructions take two products each, of two rows of the filter; see the comment on the C struct.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from weft.ops import window
from weft.ops.base import Kernel, OpView, Params, array
from weft.ops.weighted import depthwise_window, filters, linear, wide, wide_pairs
from weft.quant import Ints

_AXIS = 3  # output channels of 1HWO weights
_WORD = 4  # bytes
_AT_ONCE = 4  # pixels
_GATHER_CYCLES = 9  # of a column of two rows of two channels
_TAP_CYCLES, _OUTPUT_CYCLES, _CHANNEL_CYCLES = 4, 20, 100


def _columns(op: OpView) -> int:
    """Columns of the input that the windows of a row have."""
    _, columns = filters.axes(op)
    return (op.output.shape[2] - 1) * columns.stride + columns.extent


def _plane(op: OpView) -> int:
    """Columns of a plane: four windows are filtered at a time, some of them maybe of nothing."""
    _, columns = filters.axes(op)
    return max(_columns(op), (_AT_ONCE - 1) * columns.stride + columns.extent)


def _taps(op: OpView) -> int:
    """Pairs of weights of a channel."""
    height, width = window.image(op.input(1))
    return -(-height // 2) * width


def _scratch(op: OpView) -> int:
    height, _ = window.image(op.input(1))
    return _WORD * (height * _plane(op) + 2 * (_taps(op) + _taps(op) % 2))


def _offsets(op: OpView) -> Ints:
    """(which of two channels, tap pair): bytes from a window's first column in the first plane."""
    height, _ = window.image(op.input(1))
    _, columns = filters.axes(op)
    planes = np.stack([np.arange(0, height, 2) + which for which in (0, 1)])
    planes = np.minimum(planes, height - 1)  # the last of an odd number is both channels'
    steps = np.arange(columns.size) * columns.dilation
    found: Ints = _WORD * (planes[:, :, None] * _plane(op) + steps)
    return found.reshape(2, -1)


def _weights(op: OpView) -> Ints:
    """(channel, word) of the weights of two tap pairs each."""
    _, height, width, count = op.input(1).shape
    weights = op.input(1).data[0].transpose(2, 0, 1)  # (channel, row, column)
    rows = np.pad(weights, ((0, 0), (0, height % 2), (0, 0))).reshape(count, -1, 2, width)
    pairs = rows.swapaxes(2, 3).copy()  # (channel, plane, column, which of the pair)
    if height % 2:  # the last plane has both input channels instead of two rows
        second = np.arange(count) // op.attrs.depth_multiplier % 2 == 1
        pairs[second, -1] = pairs[second, -1, :, ::-1]
    flat = np.pad(pairs.reshape(count, -1, 2), ((0, 0), (0, _taps(op) % 2), (0, 0)))
    octets = np.ascontiguousarray(flat.reshape(count, -1, 2, 2).swapaxes(2, 3).astype(np.int8))
    return octets.ravel().view("<u4").reshape(count, -1).astype(np.int64)


def _params(op: OpView) -> Params:
    rows, columns = filters.axes(op)
    bias = linear.bias(op, op.output.shape[3])
    how = wide_pairs.scaling(op, linear.double_multipliers)
    return {
        "weights": array(_weights(op), "uint32"),
        "scaling": array(np.column_stack([bias, how]) & 0xFFFFFFFF, "uint32"),
        "offsets": array(_offsets(op), "int32"),
        "taps": _taps(op),
        **wide_pairs.output_params(op),
        "output_width": op.output.shape[2],
        "output_step": op.output.pixel_step,
        "input_channels": op.input(0).shape[3],
        "depth_multiplier": op.attrs.depth_multiplier,
        "columns": _columns(op),
        "plane": _plane(op),
        "stride": columns.stride,
        "filter_height": rows.size,
        "dilation_height": rows.dilation,
    }


def _cycles(op: OpView, _: int) -> int:
    """Roughly, of an inference."""
    (height, _width), inputs = window.image(op.input(1)), op.input(0).shape[3]
    rows, pixels, channels = op.output.shape[1:]
    gather = -(-inputs // 2) * _columns(op) * -(-height // 2) * _GATHER_CYCLES
    output = _taps(op) * _TAP_CYCLES + _OUTPUT_CYCLES
    return rows * (gather + channels * (pixels * output + _CHANNEL_CYCLES))


def _portable_params(op: OpView) -> Params:
    _, height, width, _ = op.input(1).shape
    return {
        "weights": array(linear.matrix(op, _AXIS), "int8"),
        **wide.output_params(op, _AXIS, linear.double_multipliers(op)),
        **depthwise_window.params(op),
        "output_step": op.output.pixel_step,
        **wide.piece_params(op, _AXIS, height, width),
    }


KERNELS = (
    Kernel(
        "weft_depthwise_conv_2d_s16_dsp",
        "weft_depthwise_conv_2d_s16_dsp_params",
        "depthwise_conv_2d_s16__dsp.c",
        "depthwise_conv_2d_s16__dsp.h",
        _params,
        rows=filters.geometry,
        needs=frozenset({"dsp"}),
        when=partial(wide_pairs.fits, axis=_AXIS, multipliers=linear.double_multipliers),
        why="pairs of rows, two products per instruction; sums are proved to fit 32 bits",
        scratch=_scratch,
        cycles=_cycles,
        pitched=True,
    ),
    Kernel(
        "weft_depthwise_conv_2d_s16",
        "weft_depthwise_conv_2d_s16_params",
        "depthwise_conv_2d_s16.c",
        "depthwise_conv_2d_s16.h",
        _portable_params,
        rows=filters.geometry,
        when=linear.int16_activated,
        why=wide.WHY,
        pitched=True,
    ),
)
