"""CONV_2D with groups by packed pairs: what runtime/src/conv_2d_groups_s8__dsp.c takes.

Each part of a layer is a convolution of a stretch of the input's channels to a stretch of the
output's: a group, or a few that fill a block of channels together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from weft.ops import window
from weft.ops.base import OpView, Params, array
from weft.ops.weighted import filters, linear, pair_packing, pair_parts
from weft.ops.weighted.linear import Multipliers
from weft.ops.weighted.pair_blocks import Sums, pack
from weft.ops.weighted.pair_parts import Window
from weft.ops.weighted.pair_runs import Runs
from weft.quant import Ints

KERNEL: Mapping[str, Any] = {
    **pair_parts.KERNEL,
    "symbol": "weft_conv_2d_groups_s8_dsp",
    "struct": "weft_conv_2d_groups_s8_dsp_params",
    "source": "conv_2d_groups_s8__dsp.c",
    "header": "conv_2d_groups_s8__dsp.h",
    "why": "packed pairs, group by group: two products per instruction",
}

_AXIS = 0  # output channels of OHWI weights
_BLOCK = 4  # output channels that are multiplied together


def groups(op: OpView) -> int:
    """Groups of input channels."""
    return op.input(0).shape[3] // op.input(1).shape[3]


def _joined(op: OpView) -> int:
    """Groups of a part: as many as have a block's channels together; the others' weights are 0."""
    outputs = op.output.shape[3] // groups(op)
    fits = range(1, max(1, _BLOCK // outputs) + 1)
    return max(n for n in fits if groups(op) % n == 0)


def _parts(op: OpView) -> int:
    return groups(op) // _joined(op)


def _sums(op: OpView) -> Iterator[tuple[slice, Sums]]:
    """For each part its output channels and their sums."""
    joined, weights = _joined(op), op.input(1).data.astype(np.int64)
    bias, count = linear.folded_bias(op, _AXIS), len(weights) // _parts(op)
    depth, outputs = weights.shape[3], count // joined
    for part in range(_parts(op)):
        mine = slice(part * count, (part + 1) * count)
        wide: Ints = np.zeros((count, *weights.shape[1:3], joined * depth), np.int64)
        for i in range(joined):
            some = slice(i * outputs, (i + 1) * outputs)
            wide[some, :, :, i * depth : (i + 1) * depth] = weights[mine][some]
        yield mine, Sums.over(wide.reshape(count, -1), bias[mine])


def fits(op: OpView, multipliers: Multipliers) -> bool:
    """Whether there are groups, and the kernel gives the exact outputs."""
    rows = filters.row_window(op)
    if not linear.int8_weighted(op) or groups(op) == 1:
        return False
    if (rows.size - 1) * rows.dilation + 1 + rows.stride > pair_parts.MOST_ROWS:
        return False
    right = pair_packing.shifts_right(op, multipliers, op.output.shape[3])
    return right and all(sums.packable for _, sums in _sums(op))


def block(op: OpView) -> int:
    """Output rows of a step."""
    rows, pixels = window.image(op.output)
    return pair_parts.block(rows, pixels, op.output.elements // _parts(op) * _window(op).size)


def _window(op: OpView) -> Window:
    """What an output pixel of a part reads."""
    _, height, width, depth = op.input(1).shape
    steps = filters.pixel_step(op), filters.column_step(op)
    return Window(height, width, depth * _joined(op), *steps)


def _runs(op: OpView, most: int) -> Runs:
    twos, _ = pair_parts.twos_and_ones(op.output.shape[2], block(op))
    return _window(op).runs(op.output.shape[3] // _parts(op), twos, most)


def scratch(op: OpView, most: int) -> int:
    """Bytes for the windows of a part."""
    return _runs(op, most).scratch


def cycles(op: OpView, rows: int, most: int) -> int:
    """Roughly, of an inference."""
    (height, pixels), outputs = window.image(op.output), op.output.shape[3] // _parts(op)
    part = pair_parts.cycles(outputs, _runs(op, most), pixels, rows)
    return -(-height // rows) * _parts(op) * part


def params(op: OpView, most: int, multipliers: Multipliers) -> Params:
    """The fields of the kernel's struct."""
    runs, parts, outputs = _runs(op, most), _parts(op), op.output.shape[3] // _parts(op)
    packed = [
        pack(sums, pair_packing.scalings(op, sums, multipliers, mine), runs.order)
        for mine, sums in _sums(op)
    ]
    fields = {
        "weights": pair_parts.weights(packed),
        "exact": op.output.shape[2],
        "pairs": runs.pairs,
        **runs.params,
        "output_width": op.output.shape[2],
        "output_channels": outputs,
        "output_step": op.output.pixel_step,
        "row_step": op.attrs.stride_h,
        "dilation_height": op.attrs.dilation_h,
        **_window(op).params,
    }
    over = -outputs % _BLOCK  # outputs that the first block makes too many
    return {
        **pair_parts.params(op, fields),
        "sizes": array([[x.size, x.first_block] for x in packed], "int32"),
        "parts": parts,
        "loose": max(0, parts - -(-over // outputs)),
        "part_inputs": _window(op).depth,
    }
