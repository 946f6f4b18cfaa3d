"""What a weave reads and writes, tensor by tensor and step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from weft.ir import TensorId
from weft.weave.layers import Layer

Weave = tuple[int, ...]
"""Layer numbers in the order in which their steps run."""


@dataclass(slots=True)
class Rows:
    """The rows first..last of a tensor that the steps at `times` touch."""

    times: list[int] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)

    def add(self, time: int, rows: range) -> None:
        """Record one step; an empty range is not recorded."""
        if rows:
            self.times.append(time)
            self.first.append(rows[0])
            self.last.append(rows[-1])


@dataclass(slots=True)
class Uses:
    """All reads and writes of one tensor, in time order."""

    reads: Rows = field(default_factory=Rows)
    writes: Rows = field(default_factory=Rows)


@dataclass(frozen=True, slots=True)
class Trace:
    """A weave played: the uses of each tensor, and when each layer runs."""

    length: int
    uses: Mapping[TensorId, Uses]
    runs: Mapping[int, list[int]]  # by layer: the times of its steps


def trace(layers: Sequence[Layer], weave: Weave, heights: Mapping[TensorId, int]) -> Trace:
    """Play a weave of some layers; each that takes part must take exactly its steps."""
    uses: dict[TensorId, Uses] = {}
    runs: dict[int, list[int]] = {number: [] for number in sorted(set(weave))}
    for time, number in enumerate(weave):
        layer, step = layers[number], len(runs[number])
        for r in layer.reads:
            rows = r.rows(step, heights[r.tensor])
            uses.setdefault(r.tensor, Uses()).reads.add(time, rows)
        for w in layer.writes:
            rows = w.rows(step, heights[w.tensor])
            uses.setdefault(w.tensor, Uses()).writes.add(time, rows)
        runs[number].append(time)
    for number, times in runs.items():
        assert len(times) == layers[number].steps, f"layer {number}: {len(times)} steps"
    return Trace(len(weave), uses, runs)


def ring_rows(uses: Uses, height: int) -> int:
    """The fewest slots in which no row is overwritten before its last read."""
    need, oldest = 1, height
    read = len(uses.reads.times) - 1
    for i in range(len(uses.writes.times) - 1, -1, -1):
        while read >= 0 and uses.reads.times[read] >= uses.writes.times[i]:
            oldest = min(oldest, uses.reads.first[read])
            read -= 1
        first, last = uses.writes.first[i], uses.writes.last[i]
        need = max(need, last - min(oldest, first) + 1)
    return min(need, height)
