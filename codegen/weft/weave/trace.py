"""What a weave reads and writes, tensor by tensor and step by step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weft.ir import TensorId
from weft.weave.layers import Layer, Reader, Writer

Weave = tuple[int, ...]
"""Layer numbers in the order in which their steps run."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows first..last of a tensor that the steps at `times` touch, in time order."""

    times: Ints
    first: Ints
    last: Ints

    def oldest_from(self, times: Ints, none: int) -> Ints:
        """For each time the lowest row that a step at or after it touches; `none` for none."""
        suffix = np.append(np.minimum.accumulate(self.first[::-1])[::-1], none)
        return suffix[np.searchsorted(self.times, times)]


@dataclass(frozen=True, slots=True)
class Uses:
    """All reads and writes of one tensor."""

    reads: Rows
    writes: Rows

    def oldest_from(self, times: Ints, none: int) -> Ints:
        """For each time the lowest row that is read or written then or later; `none` for none."""
        found = self.reads.oldest_from(times, none), self.writes.oldest_from(times, none)
        return np.minimum(*found)

    def newest_until(self, times: Ints) -> Ints:
        """For each time the highest row that is written then or before; there has to be one."""
        newest = np.maximum.accumulate(self.writes.last)
        return newest[np.searchsorted(self.writes.times, times, side="right") - 1]


@dataclass(frozen=True, slots=True)
class Trace:
    """A weave played: the uses of each tensor, and when each layer runs."""

    length: int
    uses: Mapping[TensorId, Uses]
    runs: Mapping[int, Ints]  # by layer: the times of its steps


def trace(layers: Sequence[Layer], weave: Weave, heights: Mapping[TensorId, int]) -> Trace:
    """Play a weave of some layers; each that takes part must take exactly its steps."""
    order = np.asarray(weave, np.int64)
    by_layer = np.argsort(order, kind="stable")
    numbers, starts = np.unique(order[by_layer], return_index=True)
    runs: dict[int, Ints] = {}
    reads: dict[TensorId, list[Rows]] = defaultdict(list)
    writes: dict[TensorId, list[Rows]] = defaultdict(list)
    for number, times in zip(numbers.tolist(), np.split(by_layer, starts[1:]), strict=True):
        layer = layers[number]
        assert len(times) == layer.steps, f"layer {number}: {len(times)} steps"
        runs[number] = times
        for r in layer.reads:
            reads[r.tensor].append(_rows_of_reader(r, times, heights[r.tensor]))
        for w in layer.writes:
            writes[w.tensor].append(_rows_of_writer(w, times, heights[w.tensor]))
    tensors = sorted({*reads, *writes})
    uses = {t: Uses(_merged(reads[t]), _merged(writes[t])) for t in tensors}
    return Trace(len(weave), uses, runs)


def _rows_of_reader(reader: Reader, times: Ints, height: int) -> Rows:
    first = reader.first_rows(len(times))
    last = np.minimum(first + reader.count, height) - 1
    first = np.maximum(first, 0)
    inside = first <= last
    return Rows(times[inside], first[inside], last[inside])


def _rows_of_writer(writer: Writer, times: Ints, height: int) -> Rows:
    extent = writer.extent(height)
    first = extent.start + writer.advance * np.arange(len(times))
    return Rows(times, first, np.minimum(first + writer.block, extent.stop) - 1)


def _merged(parts: list[Rows]) -> Rows:
    if len(parts) == 1:
        return parts[0]
    nothing = [np.zeros(0, np.int64)]
    times, first, last = (
        np.concatenate([getattr(p, name) for p in parts] or nothing)
        for name in ("times", "first", "last")
    )
    order = np.argsort(times, kind="stable")
    return Rows(times[order], first[order], last[order])


def ring_rows(uses: Uses, height: int) -> int:
    """The fewest slots in which no row is overwritten before its last use."""
    times = uses.writes.times
    if not len(times):
        return height
    return min(int((uses.newest_until(times) - uses.oldest_from(times, height) + 1).max()), height)


def follows_on(uses: Uses, slots: int) -> bool:
    """Whether a row is written once, and the row above is still needed then; but to slot 0."""
    writes = uses.writes
    again = np.append(-1, writes.first[:-1]) >= writes.first
    above = writes.first - 1
    needed = uses.reads.oldest_from(writes.times, int(writes.last.max(initial=0)) + 1) <= above
    return bool(((needed & ~again) | (writes.first % slots == 0)).all())
