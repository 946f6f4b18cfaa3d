"""DEPTHWISE_CONV_2D straight from the image by the DSP extension: which layers, weights in order.

The kernel is runtime/src/depthwise_conv_2d_direct_s8__dsp.c. Knows parameters, not the
instructions.
"""

from __future__ import annotations

import numpy as np

from weft.ops.base import OpView, Params, Values, array
from weft.ops.weighted import linear
from weft.ops.weighted.depthwise_finish import (
    AXIS,
    GROUP,
    by_shift,
    column_step,
    finish_params,
    output_numbers,
    quick_enough,
)
from weft.quant import Ints

_TAP = 4  # bytes of scratch
_PAIR_CYCLES, _FOUR_CYCLES, _PIXEL_CYCLES, _TAP_CYCLES = 23, 80, 80, 12
"""Of two taps and of everything else of four outputs; of a pixel; of a tap of a row."""


def fits(op: OpView) -> bool:
    """Whether the kernel can do it."""
    return op.input(0).shape[3] >= GROUP and quick_enough(op)


def scratch(op: OpView) -> int:
    """Bytes of a list of the filter's taps."""
    return 2 * _TAP * _pairs(op)


def cycles(op: OpView, _: int = 1) -> int:
    """Roughly, of an inference."""
    _, height, width, _ = op.output.shape
    four = _PAIR_CYCLES * _pairs(op) + _FOUR_CYCLES
    row = width * (_PIXEL_CYCLES + len(_fours(op)) * four) + 2 * _pairs(op) * _TAP_CYCLES
    return height * row


def params(op: OpView) -> Params:
    """The fields of weft_depthwise_conv_2d_direct_s8_params."""
    _, height, width, _ = op.input(1).shape
    return {
        "filters": _filters(op),
        "numbers": array(output_numbers(op)[_fours(op)].ravel(), "int32"),
        **finish_params(op, by_shift(op), limited=False),
        "output_width": op.output.shape[2],
        "channels": op.input(0).shape[3],
        "depth_multiplier": op.attrs.depth_multiplier,
        "stride_width": op.attrs.stride_w,
        "filter_height": height,
        "filter_width": width,
        "row_step": op.attrs.dilation_h,
        "column_step": column_step(op),
    }


def _pairs(op: OpView) -> int:
    """Pairs of taps; the last one may lack its second."""
    _, height, width, _ = op.input(1).shape
    return -(-height * width // 2)


def _fours(op: OpView) -> Ints:
    """The output channels that are made together, in the kernel's order.

    They are of four neighboring input channels; the last ones may be among those before.
    """
    count, multiplier = op.input(0).shape[3], op.attrs.depth_multiplier
    first = np.minimum(np.arange(0, count, GROUP), count - GROUP)
    inputs = first[:, None, None] + np.arange(GROUP)
    outputs: Ints = inputs * multiplier + np.arange(multiplier)[:, None]
    return outputs.reshape(-1, GROUP)


def _filters(op: OpView) -> Values:
    """Weights of four channels by pairs of taps, as depthwise_conv_2d_direct_s8.h says."""
    fours = linear.matrix(op, AXIS).astype(np.int8)[_fours(op)]  # (four, channel, tap)
    even = np.pad(fours, [(0, 0), (0, 0), (0, fours.shape[2] % 2)])
    ordered = even.reshape(len(even), 2, 2, _pairs(op), 2).transpose(0, 3, 1, 4, 2)
    return array(ordered.ravel(), "int8").view("<i4")
