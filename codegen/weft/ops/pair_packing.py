"""Weights for the packed-pair kernels: what runtime/include/weft/pair_gemm.h takes.

Knows matrices of weights and how sums become outputs, not where the inputs of a sum lie.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from weft.ops import linear
from weft.ops.activation import clamp_range
from weft.ops.base import OpView, Params, array
from weft.ops.linear import Multipliers
from weft.ops.requant_fit import SCALE_BITS, Channels, Folded, fold
from weft.quant import Ints

KERNEL: Mapping[str, Any] = {
    "symbol": "weft_conv_2d_s8_dsp",
    "struct": "weft_conv_2d_s8_dsp_params",
    "source": "conv_2d_s8__dsp.c",
    "header": "conv_2d_s8__dsp.h",
    "needs": frozenset({"dsp"}),
    "why": "packed pairs: weights of two channels in one word, two products per instruction",
}
"""What the kernels of all operators that are packed here have in common."""

_BLOCK = 4  # output channels
_WORD_ORDER = (0, 2, 1, 3)  # of the bytes of a word that is unpacked to two pairs
_MOST_SHIFT = 23  # no sum is left by a greater one, and the shifted zero point fits a word
_EVEN, _ODD = slice(0, None, 2), slice(1, None, 2)


@dataclass(frozen=True)
class Sums:
    """A layer of weights as sums: (channel, input) weights, and the range of each sum."""

    weights: Ints
    bias: Ints
    least: Ints
    greatest: Ints

    @classmethod
    def of(cls, op: OpView, axis: int) -> Sums:
        """The sums of an operator; the output channels are `axis` of its weights."""
        weights, bias = linear.matrix(op, axis), linear.folded_bias(op, axis)
        least = bias + np.minimum(weights * 127, weights * -128).sum(axis=1)
        greatest = bias + np.maximum(weights * 127, weights * -128).sum(axis=1)
        return cls(weights, bias, least, greatest)


def packable(op: OpView, axis: int, multipliers: Multipliers) -> bool:
    """Whether the kernels give the exact outputs of an operator.

    Sums must fit 32 bits times 256, a pair of weights 16 bits, and every scaling shift right.
    """
    if op.input(1).q.zero_point[0] != 0:
        return False
    sums = Sums.of(op, axis)
    limit = 1 << (31 - SCALE_BITS)
    if sums.least.min() <= -limit or sums.greatest.max() >= limit:
        return False
    if np.any(_paired(_padded(sums.weights)) < -(1 << 15)):
        return False
    multiplier, shift = linear.requantization(multipliers(op), len(sums.bias))
    return bool(np.all((multiplier == 0) | (shift < 0)))


def pairs(inputs: int) -> int:
    """Pairs of inputs that a sum takes: the last word is filled up."""
    return -(-inputs // 4) * 2


@dataclass(frozen=True, slots=True)
class Runs:
    """The stretches of a window that are contiguous in the input, and how they are unpacked.

    `runs` of `length` in each of `rows` rows. `columns`: how many columns of windows scratch
    holds where windows of neighbors overlap; 0: each window is unpacked on its own.
    """

    rows: int
    runs: int
    length: int
    columns: int = 0

    @property
    def order(self) -> Ints:
        """The inputs of a sum, by (row, run, element), in the order of the kernels' pairs.

        Column by column, row by row; whole words of all runs, then what is left of them.
        """
        shape = self.rows, self.runs, self.length
        inputs = np.arange(math.prod(shape), dtype=np.int64).reshape(shape).swapaxes(0, 1)
        whole = self.length // 4 * 4
        order: Ints = np.concatenate([inputs[..., :whole].ravel(), inputs[..., whole:].ravel()])
        return order

    @property
    def scratch(self) -> int:
        """Bytes for the pairs of two vectors, and for what is left of runs behind whole words."""
        positions = self.rows * self.runs
        rest = self.length % 4 * positions
        window = 8 * pairs(positions * self.length) + 2 * (-(-rest // 4) * 4)
        return max(window, 4 * self.columns * self.rows * self.length)


def output_params(op: OpView, axis: int, runs: Runs, multipliers: Multipliers) -> Params:
    """The fields about weights, outputs and the runs that inputs come in."""
    sums = Sums.of(op, axis)
    low, high = clamp_range(op.attrs.activation, op.output.q, -128, 127)
    multiplier, shift = linear.requantization(multipliers(op), len(sums.bias))
    ranges = sums.least, sums.greatest
    channels = Channels(multiplier, shift, *ranges, op.output.q.zp, low, high)
    folded = fold(channels)
    tail = _by_channel(channels) if folded is None else _folded_tail(folded)
    offset = np.zeros_like(sums.bias) if folded is None else folded.offset
    blocks = np.concatenate(
        [_start(sums.bias, offset), _words(sums.weights[:, runs.order]), tail], 1
    )
    return {
        "weights": array(blocks[::-1].ravel() & 0xFFFFFFFF, "uint32"),
        "block_size": blocks.shape[1],
        "pairs": pairs(sums.weights.shape[1]),
        "shift": -1 if folded is None else folded.shift,
        "activation_min": low,
        "activation_max": high,
        "filter_height": runs.rows,
        "runs": runs.runs,
        "run_length": runs.length,
        "columns": runs.columns,
    }


def _padded(values: Ints) -> Ints:
    """Channels filled up to whole blocks with zeros."""
    more = -len(values) % _BLOCK
    return np.concatenate([values, np.zeros((more, *values.shape[1:]), np.int64)])


def _paired(values: Ints) -> Ints:
    """256 * a + b of every two channels."""
    paired: Ints = (values[_EVEN] << SCALE_BITS) + values[_ODD]
    return paired


def _start(bias: Ints, offset: Ints) -> Ints:
    """(block, 4): where the sums start; the offset of a channel b is in the tail."""
    bias, offset = _padded(bias), _padded(offset)
    start = np.stack([_paired(bias) + offset[_EVEN], bias[_ODD]], axis=1)
    return start.reshape(-1, _BLOCK)


def _words(weights: Ints) -> Ints:
    """(block, word): for each pair of inputs the weights of two channels, and of the others."""
    more = -weights.shape[1] % 4
    halves = _paired(_padded(np.pad(weights, ((0, 0), (0, more)))))
    halves = halves.reshape(len(halves), -1, 4)[:, :, _WORD_ORDER].reshape(len(halves), -1, 2)
    words = (halves[:, :, 0] & 0xFFFF) | (halves[:, :, 1] << 16)
    blocks = words.reshape(-1, 2, words.shape[1]).swapaxes(1, 2).reshape(len(words) // 2, -1)
    return np.asarray(blocks, np.int64)


def _folded_tail(folded: Folded) -> Ints:
    """(block, 6): multiplier a, multiplier b, offset b for each two channels."""
    multiplier, offset = _padded(folded.multiplier), _padded(folded.offset)
    tail = np.stack([multiplier[_EVEN], multiplier[_ODD], offset[_ODD]], axis=1)
    return tail.reshape(-1, 6)


def _by_channel(channels: Channels) -> Ints:
    """(block, 12): multiplier, addend, shift of each channel."""
    multiplier, right = channels.multiplier, -channels.shift
    # A scaling that leaves nothing of any sum may as well be one by 0.
    nothing = (multiplier == 0) | (right > _MOST_SHIFT)
    multiplier, right = np.where(nothing, 0, multiplier), np.where(nothing, 1, right)
    addend = (1 << right >> 1) + (channels.zero_point << right)
    return _padded(np.stack([multiplier, addend, right], axis=1)).reshape(-1, 12)
