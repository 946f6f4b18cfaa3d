"""The convolutions of stride 1 that make a transposed one: which outputs each makes, and how.

For kernels that make channels in blocks of four; how these multiply is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from weft.ops.base import OpView
from weft.ops.weighted import transposed
from weft.quant import Ints

BLOCK = 4  # output channels that are multiplied together


@dataclass(frozen=True)
class Part:
    """A convolution: some neighboring pixels of every stride, of rows that are a phase.

    `filters`: (channel, row, column, input); `first` of the pixels of a stride; `start`: input
    column of its first window.
    """

    filters: Ints
    bias: Ints
    first: int
    start: int
    pixels: int

    @property
    def matrix(self) -> Ints:
        """(channel, input)."""
        return self.filters.reshape(len(self.filters), -1)

    def channels(self, op: OpView) -> Ints:
        """Which of the operator's output channels each of them is."""
        return np.arange(len(self.filters)) % op.output.shape[3]


def joined(op: OpView) -> bool:
    """Whether all pixels of a stride are channels of one part: if that multiplies no more.

    That part has the columns of all of them, and weights of 0 where some do not read a column.
    """
    stride, (_, _, width, channels) = int(op.attrs.stride_w), op.output.shape
    if width % stride or op.output.pitch is not None:
        return False
    first, taps = _columns(op)
    apart = int(taps.sum()) * -(-channels // BLOCK)
    together = int((first + taps).max() - first.min()) * -(-stride * channels // BLOCK)
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


def parts(op: OpView) -> Iterator[Part]:
    """By phase of rows, then of columns if they are not joined."""
    starts, taps = _columns(op)
    stride, width = op.attrs.stride_w, op.output.shape[2]
    for row in _row_phases(op):
        found = list(zip(row, starts.tolist(), strict=True))
        if joined(op):
            start, end = int(starts.min()), int((starts + taps).max())
            wide = [_widened(x, at - start, end - at - x.shape[2]) for x, at in found]
            found = [(np.concatenate(wide), start)]
        for first, (filters, start) in enumerate(found):
            pixels = len(range(first, width, stride))
            yield Part(filters, transposed.bias(op, filters), first, start, pixels)


def _widened(filters: Ints, before: int, behind: int) -> Ints:
    """Filters with columns of zeros."""
    return np.pad(filters, ((0, 0), (0, 0), (before, behind), (0, 0)))
