"""Convolutions to few channels: what runtime/src/conv_2d_few_s8__dsp.c takes.

Packed pairs make four channels at a time; for one or two it pays to make each for itself. A matrix
times vectors is a filter of one position here, with a vector as a pixel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from weft.ops.base import OpView, Params, array
from weft.ops.weighted import linear, pair_packing
from weft.ops.weighted.linear import Multipliers
from weft.ops.weighted.pair_blocks import Sums, by_channel
from weft.ops.weighted.pair_parts import Window
from weft.quant import Ints

_KERNEL: Mapping[str, Any] = {
    "struct": "weft_conv_2d_few_s8_dsp_params",
    "header": "conv_2d_few_s8__dsp.h",
    "needs": frozenset({"dsp"}),
    "pitched": True,
    "why": "few channels, from windows where they are: two products per instruction",
}
KERNELS: Mapping[int, Mapping[str, Any]] = {
    1: {**_KERNEL, "symbol": "weft_conv_2d_few_s8_dsp", "source": "conv_2d_few_s8__dsp.c"},
    2: {**_KERNEL, "symbol": "weft_conv_2d_two_s8_dsp", "source": "conv_2d_two_s8__dsp.c"},
}
"""By the number of channels."""

_AXIS = 0  # output channels of weights
_WORD = 4
_WORD_CYCLES = {1: 14, 2: 22}  # of a word of two windows, by the number of channels
_TWO_CYCLES = 50  # of two windows, what a run takes besides
_REST_CYCLES = 60  # of a run that is shorter than a word
_RUN_CYCLES, _PIXEL_CYCLES, _ROW_CYCLES = 40, 18, 200


def fits(op: OpView, channels: int, multipliers: Multipliers) -> bool:
    """Whether the kernel for so many gives the exact outputs of an operator without groups."""
    few = op.output.shape[-1] == channels and linear.int8_weighted(op)
    return few and pair_packing.scaled_right(op, _AXIS, multipliers, 1 << 30)


def _stretches(window: Window) -> tuple[int, int]:
    """Runs in a row of the filter, and the length of each."""
    joined = window.width == 1 or window.column_step == window.depth
    return (1, window.width * window.depth) if joined else (window.width, window.depth)


def cycles(window: Window, rows: int, pixels: int, channels: int) -> int:
    """Roughly, of an image of so many output rows and pixels in a row."""
    runs, length = _stretches(window)
    two = -(-length // _WORD) * _WORD_CYCLES[channels] + _TWO_CYCLES
    if length < _WORD:
        two += _REST_CYCLES
    elif length % _WORD and channels > 1:
        two += _TWO_CYCLES  # the last word is a run by itself
    run = -(-pixels // 2) * two + _RUN_CYCLES
    row = window.height * runs * run + pixels * channels * _PIXEL_CYCLES + _ROW_CYCLES
    return rows * row


def scratch(pixels: int, channels: int) -> int:
    """Bytes for the sums of a row of so many pixels, and one for nothing."""
    return 4 * channels * (pixels + 1)


def _words(weights: Ints) -> Ints:
    """(channel, ..., length) weights as words: two pairs for each four; the last four may overlap
    those before them, and have weights of 0 there."""
    length = weights.shape[-1]
    whole, over = length // _WORD * _WORD, -length % _WORD
    if over:
        room = [(0, 0)] * (weights.ndim - 1)
        ends = (over, 0) if whole else (0, over)
        last = np.pad(weights[..., whole:], [*room, ends])
        weights = np.concatenate([weights[..., :whole], last], axis=-1)
    pairs = weights.reshape(len(weights), -1, _WORD)[..., [0, 2, 1, 3]].reshape(-1, 2) & 0xFFFF
    words: Ints = pairs[:, 0] | pairs[:, 1] << 16
    return words


def params(op: OpView, window: Window, pixels: int, multipliers: Multipliers) -> Params:
    """The fields of the kernel's struct, but for the dilation of rows."""
    sums = Sums.of(op, _AXIS)
    channels = pair_packing.scalings(op, sums, multipliers)
    numbers = np.column_stack([sums.bias, by_channel(channels)])
    runs, length = _stretches(window)
    weights = sums.weights.reshape(len(sums.bias), window.height, runs, length)
    words = _words(weights).reshape(len(weights), -1, 2)  # two of each word of inputs
    return {
        "weights": array(words.transpose(1, 2, 0), "uint32"),
        "channels": array(numbers & 0xFFFFFFFF, "uint32"),
        "activation_min": channels.low,
        "activation_max": channels.high,
        "output_width": pixels,
        "output_channels": len(sums.bias),
        "output_step": op.output.pixel_step,
        "pixel_step": window.pixel_step,
        "filter_height": window.height,
        "runs": runs,
        "run_step": window.column_step if runs > 1 else 0,
        "run_words": length // _WORD,
        "run_last": length - _WORD if length > _WORD and length % _WORD else 0,
        "run_rest": length if length < _WORD else 0,
    }
