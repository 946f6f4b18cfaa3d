"""The order of steps. Layers are grouped into segments; inside one, rows are made on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from weft.ir import TensorId
from weft.weave.layers import Layer
from weft.weave.trace import Weave

Segment = tuple[int, ...]
"""Numbers of consecutive layers that stream together."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What the order depends on: the layers, the rows of each tensor, and which tensors are
    views of others."""

    layers: Sequence[Layer]
    heights: Mapping[TensorId, int]
    owners: Mapping[TensorId, TensorId]


def weave(rows: Rows, segments: Sequence[Segment]) -> Weave:
    """The steps of all segments, one segment after the other."""
    return tuple(step for segment in segments for step in weave_segment(rows, segment))


def weave_segment(rows: Rows, segment: Segment) -> Weave:
    """Run the layers of a segment so that rows are made only when the next reader needs them."""
    if len(segment) == 1:
        return (segment[0],) * rows.layers[segment[0]].steps
    return _Loom(rows, segment).run()


class _Loom:
    """Demand-driven execution: to run a step, first run what makes its rows."""

    def __init__(self, rows: Rows, segment: Segment) -> None:
        self.layers, self.heights, self.owners = rows.layers, rows.heights, rows.owners
        self.segment = segment
        self.done = dict.fromkeys(segment, 0)
        self.maker = {w.tensor: n for n in segment for w in self.layers[n].writes}
        self.steps: list[int] = []

    def run(self) -> Weave:
        read = {self._owner(r.tensor) for n in self.segment for r in self.layers[n].reads}
        sinks = [n for n in self.segment if not read & {w.tensor for w in self.layers[n].writes}]
        while unfinished := [n for n in sinks if self._left(n)]:
            self._demand(min(unfinished, key=lambda n: (self.done[n] / self.layers[n].steps, n)))
        for number in self.segment:  # rows that no step has asked for
            while self._left(number):
                self._demand(number)
        return tuple(self.steps)

    def _left(self, number: int) -> int:
        return self.layers[number].steps - self.done[number]

    def _demand(self, number: int) -> None:
        """One step of a layer, after the steps that it waits for."""
        stack = [number]
        while stack:
            missing = self._missing(stack[-1])
            if missing is None:
                ready = stack.pop()
                self.done[ready] += 1
                self.steps.append(ready)
            else:
                stack.append(missing)

    def _missing(self, number: int) -> int | None:
        """A layer whose next row the next step of this one lacks."""
        for r in self.layers[number].reads:
            owner = self._owner(r.tensor)
            maker = self.maker.get(owner)
            if maker is None:
                continue
            rows = r.rows(self.done[number], self.heights[r.tensor])
            # The rows of a view are bytes of its owner that the owner's rows do not show.
            wanted = self.heights[owner] if owner != r.tensor else rows.stop
            if rows and wanted > self._made(maker, owner):
                return maker
        return None

    def _owner(self, tensor: TensorId) -> TensorId:
        return self.owners.get(tensor, tensor)

    def _made(self, number: int, tensor: TensorId) -> int:
        """How many rows of a tensor are complete."""
        layer, done = self.layers[number], self.done[number]
        (writer,) = (w for w in layer.writes if w.tensor == tensor)
        if writer.accumulate:
            return int(done == layer.steps)
        return min(done * writer.block, self.heights[tensor])
