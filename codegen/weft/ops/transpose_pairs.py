"""TRANSPOSE_CONV by packed pairs: what runtime/src/transpose_conv_s8__dsp.c takes.

Each phase of rows and of columns is a convolution of stride 1 that writes every stride-th pixel.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from weft.ops import linear, pair_packing, pair_parts, transposed
from weft.ops.base import OpView, Params, array
from weft.ops.linear import Multipliers
from weft.ops.pair_blocks import Packed, Sums, pack
from weft.ops.pair_parts import Window
from weft.ops.pair_runs import Runs
from weft.quant import Ints

KERNEL: Mapping[str, Any] = {
    **pair_parts.KERNEL,
    "symbol": "weft_transpose_conv_s8_dsp",
    "struct": "weft_transpose_conv_s8_dsp_params",
    "source": "transpose_conv_s8__dsp.c",
    "header": "transpose_conv_s8__dsp.h",
    "why": "packed pairs; a convolution for each place of outputs within a stride",
}

_BLOCK = 4  # output channels that are multiplied together
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


@dataclass(frozen=True)
class _Part:
    """A convolution: some neighboring pixels of every stride, of rows that are a phase.

    `filters`: (channel, row, column, input); `first` of the pixels of a stride; `start`: input
    column of its first window.
    """

    filters: Ints
    bias: Ints
    first: int
    start: int
    pixels: int
    runs: Runs

    @property
    def sums(self) -> Sums:
        """The sums of its channels."""
        return Sums.over(self.filters.reshape(len(self.filters), -1), self.bias)


def _joined(op: OpView) -> bool:
    """Whether all pixels of a stride are channels of one part: if that multiplies no more.

    That part has the columns of all of them, and weights of 0 where some do not read a column.
    """
    stride, (_, _, width, channels) = int(op.attrs.stride_w), op.output.shape
    if width % stride or op.output.pitch is not None:
        return False
    first, taps = _columns(op)
    apart = int(taps.sum()) * -(-channels // _BLOCK)
    together = int((first + taps).max() - first.min()) * -(-stride * channels // _BLOCK)
    return together <= apart


def _columns(op: OpView) -> tuple[Ints, Ints]:
    """For the first pixels of a row, one for each place within a stride: the first input column
    that it reads, and how many it reads."""
    _, columns = transposed.phases(op)
    places = np.arange(min(op.attrs.stride_w, op.output.shape[2]))
    last, phase = np.divmod(places + op.attrs.pads.left, op.attrs.stride_w)
    taps = np.array([columns.count(int(x)) for x in phase], np.int64)
    return last - taps + 1, taps


def _row_phases(op: OpView) -> Iterator[list[Ints]]:
    """For each phase of rows the filters of those pixels."""
    stride, left = op.attrs.stride_w, op.attrs.pads.left
    found, places = list(transposed.filters(op)), range(min(stride, op.output.shape[2]))
    for y in range(op.attrs.stride_h):
        row = found[y * stride : (y + 1) * stride]
        yield [row[(x + left) % stride].astype(np.int64) for x in places]


def _parts(op: OpView, most: int) -> Iterator[_Part]:
    """By phase of rows, then of columns if they are not joined."""
    starts, taps = _columns(op)
    stride, depth, width = op.attrs.stride_w, op.input(0).shape[3], op.output.shape[2]
    for row in _row_phases(op):
        found = list(zip(row, starts.tolist(), strict=True))
        if _joined(op):
            start, end = int(starts.min()), int((starts + taps).max())
            wide = [_widened(x, at - start, end - at - x.shape[2]) for x, at in found]
            found = [(np.concatenate(wide), start)]
        for first, (filters, start) in enumerate(found):
            pixels = len(range(first, width, stride))
            _, height, columns, _ = filters.shape
            windows = Window(height, columns, depth, depth, depth)
            runs = windows.runs(len(filters), pixels // 2, most)
            bias = transposed.bias(op, filters)
            yield _Part(filters, bias, first, start, pixels, runs)


def _widened(filters: Ints, before: int, behind: int) -> Ints:
    """Filters with columns of zeros."""
    return np.pad(filters, ((0, 0), (0, 0), (before, behind), (0, 0)))


def fits(op: OpView, multipliers: Multipliers) -> bool:
    """Whether the kernel gives the exact outputs."""
    rows, _ = transposed.phases(op)
    if not linear.int8_weighted(op) or rows.most > pair_parts.MOST_ROWS:
        return False
    right = pair_packing.shifts_right(op, multipliers, op.output.shape[3])
    return right and all(part.sums.packable for part in _parts(op, 0))


def scratch(op: OpView, most: int) -> int:
    """Bytes for the windows of a part."""
    return max(part.runs.scratch for part in _parts(op, most))


def cycles(op: OpView, _: int, most: int) -> int:
    """Roughly, of an inference."""
    found = [pair_parts.cycles(len(p.filters), p.runs, p.pixels, 1) for p in _parts(op, most)]
    return op.output.rows[0] * sum(found) // int(op.attrs.stride_h)


def _exact(op: OpView, part: _Part) -> int:
    """Pixels of a part behind which there is no place for what the first block makes too many.

    Parts are made from left to right, so what is behind a pixel is made later, but for what is a
    stride away, behind the row, or another tensor's.
    """
    channels = len(part.filters)
    over = -channels % _BLOCK
    behind = -(-over // channels)  # pixels
    if _joined(op):
        return behind
    if over and (op.output.pitch is not None or part.first + behind >= op.attrs.stride_w):
        return part.pixels
    return min(behind, 1)


def params(op: OpView, most: int, multipliers: Multipliers) -> Params:
    """The fields of the kernel's struct."""
    parts, columns = list(_parts(op, most)), transposed.phases(op)[1]
    depth, stride = op.input(0).shape[3], op.attrs.stride_w
    fields = {
        "output_channels": len(parts[0].filters),
        "output_step": stride * op.output.pixel_step,
        "dilation_height": 1,
        "pixel_step": depth,
        "run_step": depth,
    }
    made: list[Packed] = []
    numbers: list[list[int]] = []
    for part in parts:
        mine = np.arange(len(part.filters)) % op.output.shape[3]
        channels = pair_packing.scalings(op, part.sums, multipliers, mine)
        packed = pack(part.sums, channels, part.runs.order)
        own = {
            "weights_size": packed.size,
            "first_block": packed.first_block,
            "exact": _exact(op, part),
            "pairs": part.runs.pairs,
            **part.runs.params,
        }
        at = (columns.lead + part.start) * depth, part.pixels, part.filters.shape[1]
        start = sum(len(x.words) for x in made)
        numbers.append([start, *at, *(int(own[x]) for x in _NUMBERS)])
        made.append(packed)
    return {
        **pair_parts.params(op, {"weights": pair_parts.weights(made), **fields}),
        "phases": array(numbers, "int32"),
        "parts": len(parts) // op.attrs.stride_h,
        "part_outputs": op.output.pixel_step,
        "rows": transposed.phases(op)[0].most,
        "stride_height": op.attrs.stride_h,
        "pad_top": op.attrs.pads.top,
    }
