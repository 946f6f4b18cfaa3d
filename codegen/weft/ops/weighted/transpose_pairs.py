"""TRANSPOSE_CONV by packed pairs: what runtime/src/transpose_conv_s8__dsp.c takes.

Each phase of rows and of columns is a convolution of stride 1 that writes every stride-th pixel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weft.ops.base import OpView, Params, array
from weft.ops.weighted import linear, pair_packing, pair_parts, transposed
from weft.ops.weighted.linear import Multipliers
from weft.ops.weighted.pair_blocks import Packed, Sums, pack
from weft.ops.weighted.pair_parts import Window
from weft.ops.weighted.pair_runs import Runs
from weft.ops.weighted.transpose_parts import BLOCK, Part, joined, parts

KERNEL: Mapping[str, Any] = {
    **pair_parts.KERNEL,
    "symbol": "weft_transpose_conv_s8_dsp",
    "struct": "weft_transpose_conv_s8_dsp_params",
    "source": "transpose_conv_s8__dsp.c",
    "header": "transpose_conv_s8__dsp.h",
    "why": "packed pairs; a convolution for each place of outputs within a stride",
}

_NUMBERS = (
    "weights_size",
    "first_block",
    "exact",
    "pairs",
    "runs",
    "run_words",
    "run_last",
    "run_rest",
    "tile",
    "shared",
)
"""Fields that parts differ in, in the order of the C struct's comment, behind four others."""


def _runs(part: Part, most: int) -> Runs:
    """How the windows of a part are unpacked."""
    _, height, columns, depth = part.filters.shape
    windows = Window(height, columns, depth, depth, depth)
    return windows.runs(len(part.filters), part.pixels // 2, most)


def _sums(part: Part) -> Sums:
    return Sums.over(part.matrix, part.bias)


def fits(op: OpView, multipliers: Multipliers) -> bool:
    """Whether the kernel gives the exact outputs."""
    rows, _ = transposed.phases(op)
    if not linear.int8_weighted(op) or rows.most > pair_parts.MOST_ROWS:
        return False
    right = pair_packing.shifts_right(op, multipliers, op.output.shape[3])
    return right and all(_sums(part).packable for part in parts(op))


def scratch(op: OpView, most: int) -> int:
    """Bytes for the windows of a part."""
    return max(_runs(part, most).scratch for part in parts(op))


def cycles(op: OpView, _: int, most: int) -> int:
    """Roughly, of an inference."""
    found = [
        pair_parts.cycles(len(part.filters), _runs(part, most), part.pixels, 1)
        for part in parts(op)
    ]
    return op.output.rows[0] * sum(found) // int(op.attrs.stride_h)


def _exact(op: OpView, part: Part) -> int:
    """Pixels of a part behind which there is no place for what the first block makes too many.

    Parts are made from left to right, so what is behind a pixel is made later, but for what is a
    stride away, behind the row, or another tensor's.
    """
    channels = len(part.filters)
    over = -channels % BLOCK
    behind = -(-over // channels)  # pixels
    if joined(op):
        return behind
    if over and (op.output.pitch is not None or part.first + behind >= op.attrs.stride_w):
        return part.pixels
    return min(behind, 1)


def params(op: OpView, most: int, multipliers: Multipliers) -> Params:
    """The fields of the kernel's struct."""
    found, columns = list(parts(op)), transposed.phases(op)[1]
    depth, stride = op.input(0).shape[3], op.attrs.stride_w
    fields = {
        "output_channels": len(found[0].filters),
        "output_step": stride * op.output.pixel_step,
        "dilation_height": 1,
        "pixel_step": depth,
        "run_step": depth,
    }
    made: list[Packed] = []
    numbers: list[list[int]] = []
    for part in found:
        sums, runs = _sums(part), _runs(part, most)
        channels = pair_packing.scalings(op, sums, multipliers, part.channels(op))
        packed = pack(sums, channels, runs.order)
        own = {
            "weights_size": packed.size,
            "first_block": packed.first_block,
            "exact": _exact(op, part),
            "pairs": runs.pairs,
            **runs.params,
        }
        at = (columns.lead + part.start) * depth, part.pixels, part.filters.shape[1]
        start = sum(len(x.words) for x in made)
        numbers.append([start, *at, *(int(own[x]) for x in _NUMBERS)])
        made.append(packed)
    return {
        **pair_parts.params(op, {"weights": pair_parts.weights(made), **fields}),
        "phases": array(numbers, "int32"),
        "parts": len(found) // op.attrs.stride_h,
        "part_outputs": op.output.pixel_step,
        "rows": transposed.phases(op)[0].most,
        "stride_height": op.attrs.stride_h,
        "pad_top": op.attrs.pads.top,
    }
