"""Weights as blocks of words: what runtime/include/weft/pair_gemm.h and pair_pieces.h take.

Knows matrices of weights and how sums become outputs, not where the inputs of a sum lie.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from weft.ops.base import OpView, Values, array
from weft.ops.weighted import linear
from weft.ops.weighted.requant_fit import SCALE_BITS, Channels, fold_to, proofs
from weft.quant import Ints

BLOCK = 4  # output channels
FOLDED_SHIFT = 11  # WEFT_FOLDED_SHIFT: enough for nearly all layers, and no more

_Scalar = TypeVar("_Scalar", bound=np.generic)

_MOST_SHIFT = 23  # with which the zero point, shifted left by as much, fits a word
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
        return cls.over(linear.matrix(op, axis), linear.folded_bias(op, axis))

    @classmethod
    def over(cls, weights: Ints, bias: Ints) -> Sums:
        """The sums of int8 inputs; the bias has what zero points of inputs add."""
        least = bias + np.minimum(weights * 127, weights * -128).sum(axis=1)
        greatest = bias + np.maximum(weights * 127, weights * -128).sum(axis=1)
        return cls(weights, bias, least, greatest)

    def below(self, limit: int) -> bool:
        """Whether their absolute values are."""
        return bool(self.least.min() > -limit and self.greatest.max() < limit)

    @property
    def packable(self) -> bool:
        """Whether they fit 32 bits times 256, and are pairable."""
        return self.below(1 << (31 - SCALE_BITS)) and self.pairable

    @property
    def pairable(self) -> bool:
        """Whether every pair of weights fits 16 bits."""
        return bool(np.all(_paired(_padded(self.weights)) >= -(1 << 15)))


@dataclass(frozen=True)
class Packed:
    """Words for the kernels: those of all channels, and of these those of the last four."""

    words: Ints
    size: int  # without a tail that is apart
    first_block: int

    @property
    def constants(self) -> Values:
        """As they are in flash."""
        return array(self.words & 0xFFFFFFFF, "uint32")


def pack(
    sums: Sums, channels: Channels, order: Ints, *, one_tail: bool = False, pieces: bool = False
) -> Packed:
    """Blocks of four channels, the last ones first; `one_tail` serves all and is behind them.

    `pieces`: for the kernels that take inputs in pieces.
    """
    make = _blocks_in_pieces if pieces else _blocks
    blocks, tails = make(sums, channels, order, one_tail)
    if one_tail:
        parts = [*blocks[::-1], tails[0]]
    else:
        blocks = [np.concatenate(x) for x in zip(blocks, tails, strict=True)]
        parts = blocks[::-1]
    return Packed(np.concatenate(parts), sum(map(len, blocks)), len(blocks[-1]))


def _blocks(
    sums: Sums, channels: Channels, order: Ints, one_tail: bool
) -> tuple[list[Ints], list[Ints]]:
    """Starts and weights of each block, and its tail: folded where all its channels can be."""
    count = len(sums.bias)
    asked = channels.merged if one_tail else channels
    found = fold_to(asked, FOLDED_SHIFT)
    exact = np.broadcast_to(proofs(asked, found), count)
    multiplier, offset = (np.broadcast_to(x, count) for x in (found.multiplier, found.offset))
    other = np.asarray(_padded(~exact).reshape(-1, BLOCK).any(axis=1), np.bool_)
    offset = np.where(np.repeat(other, BLOCK)[:count], 0, offset)
    starts, words = _start(sums.bias, offset), _words(sums.weights, order)
    folded, scaled = _folded_tail(multiplier, offset), _scaled_tail(channels)
    scaled = np.pad(scaled, ((0, 0), (1, 0)))
    tails = [scaled[i] if other[i] else folded[i] for i in range(len(other))]
    if not one_tail:
        for last in {0, len(tails) - 1 if count % BLOCK else 0}:
            tails[last][0] += 1  # where the kernel may have to stop
    return list(np.concatenate([starts, words], axis=1)), tails


def _blocks_in_pieces(
    sums: Sums, channels: Channels, order: Ints, _: bool
) -> tuple[list[Ints], list[Ints]]:
    """The same for inputs in pieces: sums start apart, those of a and c twice; none is folded."""
    start = _padded(sums.bias).reshape(-1, BLOCK) * [2, 1, 2, 1]
    blocks = np.concatenate([start, _words(sums.weights, order)], axis=1)
    return list(blocks), list(_scaled_tail(channels))


def _padded(values: npt.NDArray[_Scalar]) -> npt.NDArray[_Scalar]:
    """Channels filled up to whole blocks with zeros."""
    more = -len(values) % BLOCK
    return np.concatenate([values, np.zeros((more, *values.shape[1:]), values.dtype)])


def _paired(values: Ints) -> Ints:
    """256 * a + b of every two channels."""
    paired: Ints = (values[_EVEN] << SCALE_BITS) + values[_ODD]
    return paired


def _start(bias: Ints, offset: Ints) -> Ints:
    """(block, 4): where the sums start; the offset of a channel b is in the tail."""
    bias, offset = _padded(bias), _padded(offset)
    start = np.stack([_paired(bias) + offset[_EVEN], bias[_ODD]], axis=1)
    return start.reshape(-1, BLOCK)


def _words(weights: Ints, order: Ints) -> Ints:
    """(block, word): for each pair of inputs the weights of two channels, and of the others."""
    blank = np.zeros((len(weights), 1), np.int64)  # the weights of what is absent
    halves = _paired(_padded(np.concatenate([weights, blank], axis=1)[:, order]))
    halves = halves.reshape(len(halves), -1, 2)
    words = (halves[:, :, 0] & 0xFFFF) | (halves[:, :, 1] << 16)
    blocks = words.reshape(-1, 2, words.shape[1]).swapaxes(1, 2).reshape(len(words) // 2, -1)
    return np.asarray(blocks, np.int64)


def _folded_tail(multiplier: Ints, offset: Ints) -> Ints:
    """(block, 6): multiplier a, multiplier b, offset b for each two channels; the first doubled."""
    multiplier, offset = _padded(multiplier), _padded(offset)
    tail = np.stack([multiplier[_EVEN], multiplier[_ODD], offset[_ODD]], axis=1).reshape(-1, 6)
    tail[:, 0] *= 2
    return tail


def scalable(channels: Channels) -> bool:
    """Whether `by_channel` is exact: a greater shift than it can tell has to leave nothing of any
    sum. It does of all below 2**23."""
    right = np.maximum(-channels.shift, 1)
    vanishing = np.maximum(-channels.least, channels.greatest) < 1 << (right - 1)
    return bool(np.all((channels.multiplier == 0) | (right <= _MOST_SHIFT) | vanishing))


def by_channel(channels: Channels) -> Ints:
    """(channel, 3): multiplier, addend and shift."""
    multiplier, right = channels.multiplier, -channels.shift
    # A scaling that leaves nothing of any sum may as well be one by 0.
    nothing = (multiplier == 0) | (right > _MOST_SHIFT)
    multiplier, right = np.where(nothing, 0, multiplier), np.where(nothing, 1, right)
    addend = (1 << right >> 1) + (channels.zero_point << right)
    return np.stack([multiplier, addend, right], axis=1)


def _scaled_tail(channels: Channels) -> Ints:
    """(block, 12): how each channel is scaled."""
    return _padded(by_channel(channels)).reshape(-1, 3 * BLOCK)
