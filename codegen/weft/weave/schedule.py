"""The order of steps. Layers are grouped into segments; inside one, rows are made on demand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from weft.ir import TensorId
from weft.weave.carried import Carried
from weft.weave.layers import Layer, Writer
from weft.weave.trace import Weave

Segment = tuple[int, ...]
"""Numbers of consecutive layers that stream together."""


class Demands:
    """For each layer and step, how many steps of which other layers must have run before."""

    def __init__(
        self,
        layers: Sequence[Layer],
        heights: Mapping[TensorId, int],
        owners: Mapping[TensorId, TensorId],
        carried: Sequence[Carried],
    ) -> None:
        self.steps = [layer.steps for layer in layers]
        makers = defaultdict[TensorId, list[tuple[int, Writer]]](list)
        for n, layer in enumerate(layers):
            for w in layer.writes:
                makers[w.tensor].append((n, w))
        self.needs: list[list[tuple[int, list[int]]]] = []
        for layer in layers:
            found = []
            for reader in layer.reads:
                owner = owners.get(reader.tensor, reader.tensor)
                height = heights[reader.tensor]
                wanted = [reader.rows(k, height).stop for k in range(layer.steps)]
                for maker, writer in makers[owner]:
                    steps = wanted
                    if owner == reader.tensor:
                        steps = [writer.steps_for(rows, height) for rows in wanted]
                    if owner != reader.tensor or writer.accumulate:
                        # Rows of a view are bytes of its owner that the owner's rows do not show,
                        # and an accumulated row is complete at the end.
                        steps = [self.steps[maker] if some else 0 for some in steps]
                    found.append((maker, steps))
            self.needs.append(found)
        for c in carried:
            self._overwrite_last(layers, owners, c)

    def _overwrite_last(
        self, layers: Sequence[Layer], owners: Mapping[TensorId, TensorId], c: Carried
    ) -> None:
        """What makes the state that is left waits for all that read the one that was found."""
        for n, layer in enumerate(layers):
            if any(w.tensor == c.after for w in layer.writes):
                for number, other in enumerate(layers):
                    found = {owners.get(r.tensor, r.tensor) for r in other.reads}
                    if number != n and c.before in found:
                        self.needs[n].append((number, [other.steps] * layer.steps))


def weave(demands: Demands, segments: Sequence[Segment]) -> Weave:
    """The steps of all segments, one segment after the other."""
    return tuple(step for segment in segments for step in weave_segment(demands, segment))


def weave_segment(demands: Demands, segment: Segment) -> Weave:
    """Run the layers of a segment so that rows are made only when the next reader needs them."""
    if len(segment) == 1:
        return (segment[0],) * demands.steps[segment[0]]
    return _Loom(demands, segment).run()


class _Loom:
    """Demand-driven execution: to run a step, first run what makes its rows."""

    def __init__(self, demands: Demands, segment: Segment) -> None:
        self.segment, self.total = segment, demands.steps
        self.done = dict.fromkeys(segment, 0)
        self.needs = {
            n: [(maker, steps) for maker, steps in demands.needs[n] if maker in self.done]
            for n in segment
        }
        self.steps: list[int] = []

    def run(self) -> Weave:
        read = {maker for needs in self.needs.values() for maker, _ in needs}
        sinks = [n for n in self.segment if n not in read]
        while unfinished := [n for n in sinks if self.done[n] < self.total[n]]:
            self._demand(min(unfinished, key=lambda n: (self.done[n] / self.total[n], n)))
        for number in self.segment:  # rows that no step has asked for
            while self.done[number] < self.total[number]:
                self._demand(number)
        return tuple(self.steps)

    def _demand(self, number: int) -> None:
        """One step of a layer, after the steps that it waits for."""
        stack, done = [number], self.done
        while stack:
            step = done[stack[-1]]
            for maker, wanted in self.needs[stack[-1]]:
                if done[maker] < wanted[step]:
                    stack.append(maker)
                    break
            else:
                ready = stack.pop()
                done[ready] += 1
                self.steps.append(ready)
