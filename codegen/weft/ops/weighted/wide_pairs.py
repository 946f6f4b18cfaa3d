"""int16 activations with int8 weights by DSP instructions: runtime/src/conv_2d_s16__dsp.c.

Two products per instruction, four channels of two windows at a time. Where every sum of a layer
fits 32 bits the way to an output is one multiplication that keeps the upper word, and a shift.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from weft.ops.activation import clamp_range
from weft.ops.base import OpView, Params, array
from weft.ops.weighted import linear, wide
from weft.ops.weighted.linear import Multipliers
from weft.quant import Ints, shortened

KERNEL: Mapping[str, Any] = {
    "symbol": "weft_conv_2d_s16_dsp",
    "struct": "weft_conv_2d_s16_dsp_params",
    "source": "conv_2d_s16__dsp.c",
    "header": "conv_2d_s16__dsp.h",
    "needs": frozenset({"dsp"}),
    "pitched": True,
    "why": "two products per instruction; sums are proved to fit 32 bits",
}
"""What the kernels of CONV_2D and FULLY_CONNECTED have in common."""

PIECES_KERNEL: Mapping[str, Any] = {
    **KERNEL,
    "symbol": "weft_conv_2d_pieces_s16_dsp",
    "struct": "weft_conv_2d_pieces_s16_dsp_params",
    "source": "conv_2d_pieces_s16__dsp.c",
    "header": "conv_2d_pieces_s16__dsp.h",
    "when": linear.int16_activated,
    "why": "two products per instruction; pieces of sums fit 32 bits, and are added up in 64",
}
"""The same for any sums and scalings."""

_BLOCK = 4  # output channels
_PIECE = 254  # pairs of int16 and int8 values whose products fit an int32 in any case
_LONG_CYCLES, _PIECE_CYCLES = 40, 20  # more of an output, and of a piece of its sum
_ONCE, _RELU = 1, 2  # WEFT_WIDE_ONCE, WEFT_WIDE_RELU
_PAIR_BYTES = 4
_TWO_CYCLES, _ONE_CYCLES = 18, 12  # of a pair of two windows, or of one, with four channels
_GATHER_CYCLES = 16  # of a pair that is brought to scratch
_BLOCK_CYCLES, _OUTPUT_CYCLES, _START_CYCLES = 30, 8, 220
_SHORT = 16  # bits that a multiplier of 15 bits is shifted left, to be met by the upper word


@dataclass(frozen=True, slots=True)
class Window:
    """A window: so many stretches of `length` elements that are contiguous in the input."""

    count: int
    length: int

    @property
    def pairs(self) -> int:
        """Pairs of a sum, an even number."""
        return -(-self.count * self.length // _BLOCK) * 2

    @property
    def order(self) -> Ints:
        """Inputs in the order of the pairs: of all stretches, then the last elements of odd ones.

        What fills up is the input behind the last one.
        """
        inputs = np.arange(self.count * self.length).reshape(self.count, self.length)
        even = self.length // 2 * 2
        found = np.concatenate([inputs[:, :even].ravel(), inputs[:, even:].ravel()])
        return np.pad(found, (0, 2 * self.pairs - len(found)), constant_values=inputs.size)

    def scratch(self, *, two: bool) -> int:
        """Bytes for two windows, or for one, which may lie in the input as it has to."""
        if two:
            return 2 * _PAIR_BYTES * self.pairs
        in_place = self.count == 1 and self.length % _BLOCK == 0
        return 0 if in_place else _PAIR_BYTES * self.pairs


def fits(op: OpView, axis: int, multipliers: Multipliers) -> bool:
    """Whether the kernel is exact: no sum leaves 32 bits, and scalings shift right."""
    if not linear.int16_activated(op):
        return False
    return fits_below(op, int(linear.sum_bounds(op, axis).max()), multipliers)


def fits_below(op: OpView, bound: int, multipliers: Multipliers) -> bool:
    """The same where no sum exceeds a bound."""
    multiplier, shift = linear.requantization(multipliers(op), op.output.shape[-1])
    if not linear.rounds_once(op):
        return bound < 1 << 30 and bool(np.all((multiplier == 0) | (shift < 0)))
    short, right = shortened(multiplier, shift)
    return bound < 1 << 31 and bool(np.all((short == 0) | (right > _SHORT)))


def scaling(op: OpView, multipliers: Multipliers) -> Ints:
    """(channel, 3): multiplier, addend and shift.

    Rounded once an output is floor((sum * m + 2**(s - 1)) / 2**s) = floor((floor(sum * m / 2**16) +
    2**(s - 17)) / 2**(s - 16)), and the inner part the upper word of sum * (m * 2**16).
    """
    multiplier, shift = linear.requantization(multipliers(op), op.output.shape[-1])
    right = -shift
    if linear.rounds_once(op):
        short, right = shortened(multiplier, shift)
        multiplier, right = short << _SHORT, right - _SHORT
    nothing = (multiplier == 0) | (right > 31)  # leaves nothing of any sum
    multiplier, right = np.where(nothing, 0, multiplier), np.where(nothing, 1, right)
    found: Ints = np.stack([multiplier, 1 << right >> 1, right], axis=1)
    return found


def output_params(op: OpView) -> Params:
    """The fields about the way from sums to outputs, but for the scaling of channels."""
    full = op.output.dtype.limits
    low, high = clamp_range(op.attrs.activation, op.output.q, *full)
    return {
        "how": _ONCE * linear.rounds_once(op) + _RELU * (low == 0),
        "clamps": int((low, high) not in (full, (0, full[1]))),
        "activation_min": low,
        "activation_max": high,
    }


def _words(weights: Ints, order: Ints) -> Ints:
    """(block, word): for each pair of inputs the weights of two channels, and of the others."""
    missing = -len(weights) % _BLOCK
    rows = np.pad(weights, ((0, missing), (0, 1)))[:, order].reshape(-1, 2, 2, len(order) // 2, 2)
    # (block, two, channel, pair, input) to bytes in the order (block, pair, two, input, channel)
    octets = np.ascontiguousarray(rows.transpose(0, 3, 1, 4, 2).astype(np.int8))
    return octets.ravel().view("<u4").reshape(len(rows), -1).astype(np.int64)


def blocks(weights: Ints, bias: Ints, how: Ints, order: Ints) -> Ints:
    """(block, word) of some channels: starts, weights of two channels by pair, scalings."""
    missing = -len(weights) % _BLOCK
    starts = np.pad(bias, (0, missing)).reshape(-1, _BLOCK) & 0xFFFFFFFF
    tails = np.pad(how, ((0, missing), (0, 0))).reshape(len(starts), -1)
    return np.concatenate([starts, _words(weights, order), tails], axis=1)


def params(
    op: OpView, axis: int, window: Window, multipliers: Multipliers, groups: int = 1
) -> Params:
    """The fields about weights and outputs; `window` is that of a group."""
    channels = op.output.shape[-1]
    whole = linear.matrix(op, axis), linear.bias(op, channels), scaling(op, multipliers)
    weights, bias, how = (np.split(values, groups) for values in whole)
    words = [blocks(weights[i], bias[i], how[i], window.order).ravel() for i in range(groups)]
    return {
        "weights": array(np.concatenate(words), "uint32"),
        **output_params(op),
        **_window_params(op, window, groups),
    }


def _window_params(op: OpView, window: Window, groups: int) -> Params:
    return {
        "pairs": window.pairs,
        "run_length": window.length,
        "output_channels": op.output.shape[-1] // groups,
        "output_step": op.output.pixel_step,
        "groups": groups,
    }


def piece_params(
    op: OpView, axis: int, window: Window, multipliers: Multipliers, groups: int = 1
) -> Params:
    """The fields of the kernel that adds up pieces of sums, but for those about windows."""
    piece = -(-window.pairs // -(-window.pairs // _PIECE) // 2) * 2
    places = np.repeat(np.arange(0, 2 * window.pairs, 2 * piece), _BLOCK)
    words = [
        np.insert(_words(weights, window.order), places, 0, axis=1).ravel()
        for weights in np.split(linear.matrix(op, axis), groups)
    ]
    how = dict(wide.output_params(op, axis, multipliers(op)))
    limits = {name: how.pop(name) for name in ("activation_min", "activation_max")}
    return {
        "conv.weights": array(np.concatenate(words), "uint32"),
        **in_conv({**limits, **_window_params(op, window, groups)}),
        **how,
        "piece": piece,
    }


def in_conv(fields: Params) -> Params:
    """Fields of a struct that begins with those of weft_conv_2d_s16_dsp_params."""
    return {f"conv.{name}": value for name, value in fields.items()}


def piece_cycles(window: Window, outputs: int, twos: int, ones: int) -> int:
    """As `cycles`, where pieces are added up."""
    vectors = (2 * twos + ones) * outputs
    pieces = -(-window.pairs // _PIECE)
    return cycles(window, outputs, twos, ones) + vectors * (_LONG_CYCLES + pieces * _PIECE_CYCLES)


def cycles(window: Window, outputs: int, twos: int, ones: int) -> int:
    """Roughly, of a step that makes `twos` times two pixels, and `ones` single ones, of a group."""
    blocks, pairs = -(-outputs // _BLOCK), window.pairs
    fixed = _START_CYCLES + blocks * _BLOCK_CYCLES
    two = 2 * outputs * _OUTPUT_CYCLES + pairs * (blocks * _TWO_CYCLES + _GATHER_CYCLES)
    one = outputs * _OUTPUT_CYCLES + pairs * (blocks * _ONE_CYCLES + _GATHER_CYCLES // 2)
    return twos * (fixed + two) + ones * (fixed + one)
