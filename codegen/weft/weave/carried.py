"""State between inferences: which tensors it is, and where in its region they lie.

The region is at the start of the arena and holds nothing else, so that the caller can save and
restore it in one piece. A state has two names: what an inference finds, and what it leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from weft.ir import Graph, TensorId
from weft.weave.life import Storage


@dataclass(frozen=True, slots=True)
class Carried:
    """A state: `before` and `after` own the same bytes, at different times.

    `offset` in bytes from the region's first byte.
    """

    before: TensorId
    after: TensorId
    offset: int
    size: int

    @property
    def end(self) -> int:
        """Behind its last byte."""
        return self.offset + self.size


def carried_states(
    graph: Graph, owners: Mapping[TensorId, TensorId], alignment: int
) -> tuple[Carried, ...]:
    """The states of a graph, one behind the other."""
    found: list[Carried] = []
    end = 0
    for s in graph.states:
        offset = -(-end // alignment) * alignment
        after = owners.get(s.after, s.after)
        found.append(Carried(s.before, after, offset, graph[s.before].nbytes))
        end = found[-1].end
    return tuple(found)


def region_size(carried: Sequence[Carried], alignment: int) -> int:
    """Bytes of the region."""
    end = carried[-1].end if carried else 0
    return -(-end // alignment) * alignment


def carried_storages(carried: Sequence[Carried], steps: int) -> list[Storage]:
    """Storages that are in use at every step, named by what the inference finds."""
    nothing = np.zeros(steps, np.int64)
    return [Storage("carried", c.size, 0, nothing, nothing + c.size, c.before) for c in carried]
