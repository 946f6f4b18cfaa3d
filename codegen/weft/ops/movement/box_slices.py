"""Boxes of elements that move from a tensor to another, and what falls to each row of one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weft.ir import Tensor
from weft.ops.base import OpView
from weft.ops.broadcast import Shape, collapse

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Box:
    """Elements that go from one input to one output, each to a place of its own.

    Element number source + sum(i * source_steps) of the packed input goes to number
    target + sum(i * target_steps) of the packed output, for each index i below `shape`.
    """

    shape: Shape
    source_steps: Shape
    target_steps: Shape
    source: int = 0
    target: int = 0
    input: int = 0  # position among the node's inputs
    output: int = 0


@dataclass(frozen=True, slots=True)
class Slice:
    """What a box copies to an output row, in elements: `sources` by row, the rest for all alike."""

    box: Box
    rows: range
    sources: Ints  # numbers in the packed input
    target: int  # from the row's first element
    shape: Shape
    source_steps: Shape
    target_steps: Shape

    @property
    def reach(self) -> tuple[int, int]:
        """The lowest and the highest element that a row reads, as distances from its source."""
        spans = [(n - 1) * step for n, step in zip(self.shape, self.source_steps, strict=True)]
        return sum(min(span, 0) for span in spans), sum(max(span, 0) for span in spans)


def row_elements(tensor: Tensor) -> int:
    """Elements of a row."""
    _, pixels, channels = tensor.rows
    return pixels * channels


def cut(op: OpView, box: Box) -> Slice:
    """A box cut by the rows of its output."""
    return cut_into(row_elements(op.outputs[box.output]), box)


def cut_into(length: int, box: Box) -> Slice:
    """The box by rows of its target. Every axis lies within a row or goes from row to row."""
    rows, sources = np.array([box.target // length]), np.array([box.source])
    axes: list[tuple[int, int, int]] = []
    for n, source, target in zip(box.shape, box.source_steps, box.target_steps, strict=True):
        if target % length == 0 and n > 1:
            index = np.arange(n)
            rows = (rows[:, None] + index * (target // length)).ravel()
            sources = (sources[:, None] + index * source).ravel()
        else:
            axes.append((n, source, target))
    assert (np.diff(rows) == 1).all(), "a box goes through rows without gaps"
    shape, source_steps, target_steps = zip(*axes, strict=True) if axes else ((), (), ())
    return Slice(
        box,
        range(int(rows[0]), int(rows[-1]) + 1),
        sources,
        box.target % length,
        shape,
        source_steps,
        target_steps,
    )


def runs(op: OpView, s: Slice) -> tuple[int, list[tuple[int, int, int]]]:
    """Bytes that are neighbors in both tensors, and the axes (size, steps in bytes) around them.

    The longest axis comes last, where the kernel is fastest; the order makes no difference.
    """
    size = op.outputs[0].dtype.size
    shape, (source, target) = collapse(s.shape, s.source_steps, s.target_steps)
    axes = list(zip(shape, source, target, strict=True))
    run = axes.pop()[0] if axes and axes[-1][1:] == (1, 1) else 1
    scaled = [(n, a * size, b * size) for n, a, b in axes]
    return run * size, sorted(scaled, key=lambda axis: axis[0])
