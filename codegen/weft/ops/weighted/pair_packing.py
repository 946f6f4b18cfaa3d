"""Layers by packed pairs: which ones, their cycles, and the parameters of their kernels.

Knows how sums become outputs, not where the inputs of a sum lie.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from weft.ops.activation import clamp_range
from weft.ops.base import OpView, Params
from weft.ops.weighted import linear
from weft.ops.weighted.linear import Multipliers
from weft.ops.weighted.pair_blocks import BLOCK, Sums, pack, scalable
from weft.ops.weighted.pair_runs import Runs
from weft.ops.weighted.requant_fit import Channels
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

PIECES_KERNEL: Mapping[str, Any] = {
    **KERNEL,
    "symbol": "weft_conv_2d_pieces_s8_dsp",
    "source": "conv_2d_pieces_s8__dsp.c",
    "why": "packed pairs, summed up in pieces: sums may not fit 32 bits times 256",
}
"""The same where sums may not fit: see `fits_in_pieces`."""

_PAIR_CYCLES, _BLOCK_CYCLES = 15, 58  # of two vectors, on a Cortex-M4
_START_CYCLES = 200  # of a run of the kernel
_STRETCH_CYCLES = 65  # of unpacking a stretch of all windows, but for its words
_PIECE, _PIECE_CYCLES = 240, 25  # WEFT_PIECE: pairs; of two vectors, what a piece takes more
_UNPACK_CYCLES = 10  # of a word of two vectors
_TURN_CYCLES = 12  # more of two vectors that are unpacked by the loop that multiplies
_WORTHWHILE = 400  # times that much work or more in a run


def packable(op: OpView, axis: int, multipliers: Multipliers) -> bool:
    """Whether the kernels give the exact outputs of an operator: as `Sums.packable` says, and every
    scaling has to shift right."""
    sums = Sums.of(op, axis)
    return shifts_right(op, multipliers, len(sums.bias)) and sums.packable


def fits_in_pieces(op: OpView, axis: int, multipliers: Multipliers) -> bool:
    """Whether the kernels that take inputs in pieces do: sums need only fit 32 bits twice."""
    return Sums.of(op, axis).pairable and scaled_right(op, axis, multipliers, 1 << 30)


def scaled_right(op: OpView, axis: int, multipliers: Multipliers, limit: int) -> bool:
    """Whether weights have zero point 0, sums are below a limit, and scalings shift right, by no
    more than kernels can."""
    sums = Sums.of(op, axis)
    if not shifts_right(op, multipliers, len(sums.bias)) or not sums.below(limit):
        return False
    return scalable(scalings(op, sums, multipliers))


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
    found: int = -(-outputs // BLOCK) * (pairs * _PAIR_CYCLES + _BLOCK_CYCLES)
    return found


def step_cycles(outputs: int, runs: Runs, twos: int, ones: int, *, pieces: bool = False) -> int:
    """Roughly, of a step that multiplies `twos` times two vectors, and `ones` single ones."""
    stretches = runs.rows * runs.runs
    times, two = -(-twos // runs.tile), cycles(outputs, stretches * runs.length)
    if runs.in_turn:
        times, two = 1, two + _TURN_CYCLES
    if pieces:
        two += -(-outputs // BLOCK) * -(-runs.pairs // _PIECE) * _PIECE_CYCLES
    return (1 + times) * _start_cycles(stretches) + twos * two + ones * two * 2 // 3


def unpack_cycles(runs: Runs, windows: int) -> int:
    """Roughly, of unpacking so many times two windows, which `step_cycles` leaves out: kernels of
    packed pairs have it in common."""
    words = runs.rows * (runs.runs - runs.shared) * -(-runs.length // 4)
    return windows * words * _UNPACK_CYCLES


def _start_cycles(stretches: int) -> int:
    return _START_CYCLES + (stretches - 1) * _STRETCH_CYCLES


def output_params(
    op: OpView, axis: int, runs: Runs, multipliers: Multipliers, *, pieces: bool = False
) -> Params:
    """The fields about weights and outputs, and about the runs that inputs come in."""
    return {
        **weights_params(op, axis, runs.order, multipliers, pieces=pieces),
        "exact": _exact(op, len(linear.matrix(op, axis))),
        "pairs": runs.pairs,
        "output_step": op.output.pixel_step,
        **runs.params,
    }


def weights_params(
    op: OpView, axis: int, order: Ints, multipliers: Multipliers, *, pieces: bool
) -> Params:
    """The fields about weights, whose inputs come in that order, and about the activation."""
    sums = Sums.of(op, axis)
    channels = scalings(op, sums, multipliers)
    one_tail = op.output.elements == len(sums.bias) and channels.alike
    packed = pack(sums, channels, order, one_tail=one_tail, pieces=pieces)
    return {
        "weights": packed.constants,
        "first_block": packed.first_block,
        "weights_size": packed.size,
        "tail_apart": int(one_tail),
        "activation_min": channels.low,
        "activation_max": channels.high,
    }


def _exact(op: OpView, channels: int) -> int:
    """Pixels behind which there is no place for what the first block makes too many."""
    over = -channels % BLOCK
    if op.output.pitch is None:
        return -(-over // channels)
    return op.output.rows[1] if over else 0  # behind a pixel are those of other tensors
