"""Weights for the packed-pair kernels: what runtime/include/weft/pair_gemm.h takes.

Knows matrices of weights and how sums become outputs, not where the inputs of a sum lie.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from weft.ops import linear
from weft.ops.activation import clamp_range
from weft.ops.base import OpView, Params, Values, array
from weft.ops.linear import Multipliers
from weft.ops.pair_runs import Runs
from weft.ops.requant_fit import SCALE_BITS, Channels, fold_to, proofs
from weft.quant import Ints

KERNEL: Mapping[str, Any] = {
    "symbol": "weft_conv_2d_s8_dsp",
    "struct": "weft_conv_2d_s8_dsp_params",
    "source": "conv_2d_s8__dsp.c",
    "header": "conv_2d_s8__dsp.h",
    "needs": frozenset({"dsp"}),
    "pitched": True,
    "why": "packed pairs: weights of two channels in one word, two products per instruction",
}
"""What the kernels of all operators that are packed here have in common."""

FOLDED_SHIFT = 11  # WEFT_FOLDED_SHIFT: enough for nearly all layers, and no more

_Scalar = TypeVar("_Scalar", bound=np.generic)

_BLOCK = 4  # output channels
_PAIR_CYCLES, _BLOCK_CYCLES = 15, 58  # of two vectors, on a Cortex-M4
_START_CYCLES = 200  # of a run of the kernel
_STRETCH_CYCLES = 65  # of unpacking a stretch of all windows, but for its words
_TURN_CYCLES = 12  # more of two vectors that are unpacked by the loop that multiplies
_WORTHWHILE = 400  # times that much work or more in a run
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
        """Whether they fit 32 bits times 256, and every pair of weights 16 bits."""
        pairs = _paired(_padded(self.weights))
        return self.below(1 << (31 - SCALE_BITS)) and bool(np.all(pairs >= -(1 << 15)))


def packable(op: OpView, axis: int, multipliers: Multipliers) -> bool:
    """Whether the kernels give the exact outputs of an operator: as `Sums.packable` says, and every
    scaling has to shift right."""
    sums = Sums.of(op, axis)
    return shifts_right(op, multipliers, len(sums.bias)) and sums.packable


def scaled_right(op: OpView, axis: int, multipliers: Multipliers, limit: int) -> bool:
    """Whether weights have zero point 0, sums are below a limit, and scalings shift right."""
    sums = Sums.of(op, axis)
    return shifts_right(op, multipliers, len(sums.bias)) and sums.below(limit)


def shifts_right(op: OpView, multipliers: Multipliers, channels: int) -> bool:
    """Whether weights have zero point 0 and scalings shift right."""
    multiplier, shift = linear.requantization(multipliers(op), channels)
    right = bool(np.all((multiplier == 0) | (shift < 0)))
    return right and op.input(1).q.zero_point[0] == 0


def scalings(
    op: OpView, sums: Sums, multipliers: Multipliers, mine: slice | Ints = slice(None)
) -> Channels:
    """How an operator's sums, or those of some channels, become outputs."""
    low, high = clamp_range(op.attrs.activation, op.output.q, -128, 127)
    multiplier, shift = linear.requantization(multipliers(op), op.output.shape[-1])
    scaling = multiplier[mine], shift[mine]
    return Channels(*scaling, sums.least, sums.greatest, op.output.q.zp, low, high)


def worthwhile(outputs: int, inputs: int, stretches: int = 1) -> int:
    """How many times two vectors should be multiplied at a time: starting takes cycles, too.

    `stretches`: how many make the inputs of a vector.
    """
    return -(-_start_cycles(stretches) * _WORTHWHILE // cycles(outputs, inputs))


def cycles(outputs: int, inputs: int) -> int:
    """Roughly, of two vectors that are multiplied."""
    pairs = -(-inputs // 4) * 2
    found: int = -(-outputs // _BLOCK) * (pairs * _PAIR_CYCLES + _BLOCK_CYCLES)
    return found


def step_cycles(outputs: int, runs: Runs, twos: int, ones: int) -> int:
    """Roughly, of a step that multiplies `twos` times two vectors, and `ones` single ones."""
    stretches = runs.rows * runs.runs
    times, two = -(-twos // runs.tile), cycles(outputs, stretches * runs.length)
    if runs.in_turn:
        times, two = 1, two + _TURN_CYCLES
    return (1 + times) * _start_cycles(stretches) + twos * two + ones * two * 2 // 3


def _start_cycles(stretches: int) -> int:
    return _START_CYCLES + (stretches - 1) * _STRETCH_CYCLES


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


def pack(sums: Sums, channels: Channels, order: Ints, *, one_tail: bool = False) -> Packed:
    """Blocks of four channels, the last ones first; `one_tail` serves all and is behind them."""
    blocks, tails = _blocks(sums, channels, order, one_tail)
    if one_tail:
        parts = [*blocks[::-1], tails[0]]
    else:
        for last in {0, len(blocks) - 1 if len(sums.bias) % _BLOCK else 0}:
            tails[last][0] += 1  # where the kernel may have to stop
        blocks = [np.concatenate(x) for x in zip(blocks, tails, strict=True)]
        parts = blocks[::-1]
    return Packed(np.concatenate(parts), sum(map(len, blocks)), len(blocks[-1]))


def output_params(op: OpView, axis: int, runs: Runs, multipliers: Multipliers) -> Params:
    """The fields about weights and outputs, and about the runs that inputs come in."""
    sums = Sums.of(op, axis)
    channels = scalings(op, sums, multipliers)
    one_tail = op.output.elements == len(sums.bias) and channels.alike
    packed = pack(sums, channels, runs.order, one_tail=one_tail)
    return {
        "weights": packed.constants,
        "first_block": packed.first_block,
        "weights_size": packed.size,
        "exact": _exact(op, len(sums.bias)),
        "tail_apart": int(one_tail),
        "pairs": runs.pairs,
        "activation_min": channels.low,
        "activation_max": channels.high,
        "output_step": op.output.pixel_step,
        **runs.params,
    }


def _exact(op: OpView, channels: int) -> int:
    """Pixels behind which there is no place for what the first block makes too many."""
    over = -channels % _BLOCK
    if op.output.pitch is None:
        return -(-over // channels)
    return op.output.rows[1] if over else 0  # behind a pixel are those of other tensors


def _blocks(
    sums: Sums, channels: Channels, order: Ints, one_tail: bool
) -> tuple[list[Ints], list[Ints]]:
    """Starts and weights of each block, and its tail: folded where all its channels can be."""
    count = len(sums.bias)
    asked = channels.merged if one_tail else channels
    found = fold_to(asked, FOLDED_SHIFT)
    exact = np.broadcast_to(proofs(asked, found), count)
    multiplier, offset = (np.broadcast_to(x, count) for x in (found.multiplier, found.offset))
    other = np.asarray(_padded(~exact).reshape(-1, _BLOCK).any(axis=1), np.bool_)
    offset = np.where(np.repeat(other, _BLOCK)[:count], 0, offset)
    starts, words = _start(sums.bias, offset), _words(sums.weights, order)
    folded, scaled = _folded_tail(multiplier, offset), _scaled_tail(channels)
    tails = [scaled[i] if other[i] else folded[i] for i in range(len(other))]
    return list(np.concatenate([starts, words], axis=1)), tails


def _padded(values: npt.NDArray[_Scalar]) -> npt.NDArray[_Scalar]:
    """Channels filled up to whole blocks with zeros."""
    more = -len(values) % _BLOCK
    return np.concatenate([values, np.zeros((more, *values.shape[1:]), values.dtype)])


def _paired(values: Ints) -> Ints:
    """256 * a + b of every two channels."""
    paired: Ints = (values[_EVEN] << SCALE_BITS) + values[_ODD]
    return paired


def _start(bias: Ints, offset: Ints) -> Ints:
    """(block, 4): where the sums start; the offset of a channel b is in the tail."""
    bias, offset = _padded(bias), _padded(offset)
    start = np.stack([_paired(bias) + offset[_EVEN], bias[_ODD]], axis=1)
    return start.reshape(-1, _BLOCK)


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


def by_channel(channels: Channels) -> Ints:
    """(channel, 3): multiplier, addend and shift."""
    multiplier, right = channels.multiplier, -channels.shift
    # A scaling that leaves nothing of any sum may as well be one by 0.
    nothing = (multiplier == 0) | (right > _MOST_SHIFT)
    multiplier, right = np.where(nothing, 0, multiplier), np.where(nothing, 1, right)
    addend = (1 << right >> 1) + (channels.zero_point << right)
    return np.stack([multiplier, addend, right], axis=1)


def _scaled_tail(channels: Channels) -> Ints:
    """(block, 13): 0, and how each channel is scaled."""
    scalings = _padded(by_channel(channels)).reshape(-1, 3 * _BLOCK)
    return np.concatenate([np.zeros_like(scalings[:, :1]), scalings], axis=1)
