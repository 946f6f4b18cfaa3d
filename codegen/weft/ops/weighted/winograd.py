"""Winograd's F(4x4, 3x3) in integers: 3x3 convolutions with a quarter of the multiplications.

Tiles of 4 by 4 outputs are A' [(G g G') * (B' d B)] A, for each input channel, with 6 by 6 inputs d
and a filter g; * is element by element, and ' transposes. Here G is times 6, 12 and 24 row by row,
so that it is integer; A makes up for that, so that outputs are 24 * 24 times the sums. Everything
is exact: transformed weights and inputs fit 16 bits whatever they are, and the sums are computed
modulo 2**32, where 576 can be taken back to 256 as long as the final sums are below 2**23.

Knows matrices, and what runtime/src/conv_2d_winograd_s8__dsp.c takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from weft.ops.activation import clamp_range
from weft.ops.base import OpView, Params, array
from weft.ops.weighted import pair_blocks, pair_packing
from weft.ops.weighted.linear import Multipliers
from weft.ops.weighted.requant_fit import SCALE_BITS, fold_to, proofs
from weft.quant import Ints

KERNEL: Mapping[str, Any] = {
    "symbol": "weft_conv_2d_winograd_s8__dsp",
    "struct": "weft_conv_2d_winograd_s8__dsp_params",
    "source": "conv_2d_winograd_s8__dsp.c",
    "header": "conv_2d_winograd_s8__dsp.h",
    "needs": frozenset({"dsp"}),
    "lavish": True,
    "pitched": True,
    "why": "Winograd: 36 products for 16 outputs instead of 144, with weights transformed in flash",
}

OUT, SIDE = 4, 6  # rows and columns of a tile's outputs and inputs
SCALE = 24 * 24  # by which the transformed sums are too large

FILTERS: Ints = np.array(  # (position, filter row): G
    [[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 12]], np.int64
)
INPUTS: Ints = np.array(  # (position, input row): B'
    [
        [4, 0, -5, 0, 1, 0],
        [0, -4, -4, 1, 1, 0],
        [0, 4, -4, -1, 1, 0],
        [0, -2, -1, 2, 1, 0],
        [0, 2, -1, -2, 1, 0],
        [0, 4, 0, -5, 0, 1],
    ],
    np.int64,
)
OUTPUTS: Ints = np.array(  # (output row, position): A'
    [[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 2]], np.int64
)

SHIFT = 11  # WEFT_WINOGRAD_SHIFT: of folded outputs, as in pair_blocks
_POSITIONS = SIDE * SIDE
_BLOCK = 4  # output channels that are made at a time
_ROUND = 16  # input channels that are multiplied in a row
_PAIRS = [0, 2, 1, 3]  # channels of a word, as they become pairs
_ROUND_BYTES = _POSITIONS * 64  # of inputs, two tiles
_SUM_BYTES = _POSITIONS * 32
_FEW_TILES = 8  # of a row: an odd number of them leaves much
_ROUND_CYCLES = 132  # of two tiles and four output channels at a position, on a Cortex-M4
_SUM_CYCLES = 23
_INPUT_CYCLES = 550  # of two input channels of a tile
_OUTPUT_CYCLES = 370  # of an output channel of a tile


def _rounds(depth: int) -> int:
    return -(-depth // _ROUND)


def scratch(depth: int) -> int:
    """Bytes for the inputs of two tiles of `depth` channels, and sums of four channels."""
    return _rounds(depth) * _ROUND_BYTES + _SUM_BYTES


def transformed(weights: Ints) -> Ints:
    """(channel, row, column, depth) filters as (channel, position, depth)."""
    found = np.einsum("pr,orcd,qc->opqd", FILTERS, weights, FILTERS)
    return np.asarray(found.reshape(len(weights), _POSITIONS, -1), np.int64)


def _words(weights: Ints) -> Ints:
    """Transformed weights as words: (four channels, position, pair of inputs, channel)."""
    channels, _, depth = weights.shape
    more = (0, -channels % _BLOCK), (0, 0), (0, -depth % _ROUND)
    halves = np.pad(weights, more) & 0xFFFF
    blocks = halves.reshape(-1, _BLOCK, _POSITIONS, _rounds(depth) * _ROUND // 4, 4)[..., _PAIRS]
    pairs = blocks.reshape(len(blocks), _BLOCK, _POSITIONS, -1, 2)
    words: Ints = (pairs[..., 0] | pairs[..., 1] << 16).transpose(0, 2, 3, 1)
    return words


def _numbers(op: OpView, axis: int, multipliers: Multipliers) -> Ints:
    """(channel, 4): what is added to sums, multiplier, addend, and a shift: 0 if folded."""
    sums = pair_blocks.Sums.of(op, axis)
    channels = pair_packing.scalings(op, sums, multipliers)
    found = fold_to(channels, SHIFT)
    exact = proofs(channels, found)
    nothing = np.zeros_like(found.multiplier)
    folded = np.stack([found.multiplier, nothing, nothing], axis=1)
    how = np.where(exact[:, None], folded, pair_blocks.by_channel(channels))
    start = (sums.bias << SCALE_BITS) + np.where(exact, found.offset, 0)
    return np.concatenate([start[:, None], how], axis=1)


def params(op: OpView, axis: int, multipliers: Multipliers) -> Params:
    """The kernel's parameters; the filters are (channel, 3, 3, depth)."""
    low, high = clamp_range(op.attrs.activation, op.output.q, -128, 127)
    weights = op.input(1).data.astype(np.int64)
    return {
        "weights": array(_words(transformed(weights)), "uint32"),
        "numbers": array(_numbers(op, axis, multipliers), "int32"),
        "activation_min": low,
        "activation_max": high,
        "output_width": op.output.shape[2],
        "output_channels": op.output.shape[3],
        "output_step": op.output.pixel_step,
        "input_channels": op.input(0).shape[3],
    }


def exact(op: OpView, axis: int, multipliers: Multipliers) -> bool:
    """Whether the kernel gives the exact outputs: sums must fit 32 bits times 256, and every
    scaling shift right."""
    return pair_packing.scaled_right(op, axis, multipliers, 1 << (31 - SCALE_BITS))


def block(rows: int, columns: int) -> int:
    """Output rows of a step: those of a row of tiles, or of two where pairs would leave much."""
    tiles = -(-columns // OUT)
    return 2 * OUT if tiles % 2 == 1 and tiles < _FEW_TILES and rows > OUT else OUT


def cycles(rows: int, columns: int, outputs: int, inputs: int) -> int:
    """Roughly, of all outputs."""
    step = block(rows, columns)
    tiles = step // OUT * -(-columns // OUT)
    product = _POSITIONS * (_rounds(inputs) * _ROUND_CYCLES + _SUM_CYCLES)
    quads = -(-outputs // _BLOCK)
    pair = quads * product + 2 * outputs * _OUTPUT_CYCLES + inputs * _INPUT_CYCLES
    found: int = -(-rows // step) * -(-tiles // 2) * pair
    return found
