"""The order of steps. Layers are grouped into segments; inside one, rows are made on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from weft.ir import TensorId
from weft.weave.layers import Layer
from weft.weave.trace import Weave

Segment = tuple[int, ...]
"""Numbers of consecutive layers that stream together."""


def weave(
    layers: Sequence[Layer], segments: Sequence[Segment], heights: Mapping[TensorId, int]
) -> Weave:
    """The steps of all segments, one segment after the other."""
    steps: list[int] = []
    for segment in segments:
        steps.extend(weave_segment(layers, segment, heights))
    return tuple(steps)


def weave_segment(
    layers: Sequence[Layer], segment: Segment, heights: Mapping[TensorId, int]
) -> Weave:
    """Run the layers of a segment so that rows are made only when the next reader needs them."""
    if len(segment) == 1:
        return (segment[0],) * layers[segment[0]].steps
    return _Loom(layers, segment, heights).run()


class _Loom:
    """Demand-driven execution: to run a step, first run what makes its rows."""

    def __init__(
        self, layers: Sequence[Layer], segment: Segment, heights: Mapping[TensorId, int]
    ) -> None:
        self.layers, self.segment, self.heights = layers, segment, heights
        self.done = dict.fromkeys(segment, 0)
        self.maker = {w.tensor: n for n in segment for w in layers[n].writes}
        self.steps: list[int] = []

    def run(self) -> Weave:
        read = {r.tensor for n in self.segment for r in self.layers[n].reads}
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
            maker = self.maker.get(r.tensor)
            if maker is None:
                continue
            rows = r.rows(self.done[number], self.heights[r.tensor])
            if rows and rows[-1] >= self._made(maker, r.tensor):
                return maker
        return None

    def _made(self, number: int, tensor: TensorId) -> int:
        """How many rows of a tensor are complete."""
        layer, done = self.layers[number], self.done[number]
        (writer,) = (w for w in layer.writes if w.tensor == tensor)
        if writer.accumulate:
            return int(done == layer.steps)
        return min(done * writer.block, self.heights[tensor])
