"""Who uses which storage: bands, scratches and states with their names, makers and readers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from weft.ir import TensorId
from weft.ops import REGISTRY
from weft.program import Program
from weft.report.usage import Placed


@dataclass(frozen=True, slots=True)
class BandInfo:
    """One storage of the arena. Sizes and offsets in bytes; in use from step `first` to `last`.

    Scratch and state have no tensor, no shape and no rows, and `made_by` is their layer. An
    input has no maker. What is carried to the next inference is made by who makes what is left.
    """

    number: int
    placed: Placed
    kind: str  # "input", "output", "band", "scratch", "state" or "carried"
    name: str
    made_by: int | None
    read_by: tuple[int, ...]
    views: tuple[str, ...] = ()  # other tensors that share the bytes, or are a part of them
    dtype: str = ""
    shape: tuple[int, ...] = ()
    rows_held: int = 0
    rows: int = 0

    @property
    def size(self) -> int:
        """Bytes of the whole band."""
        return self.placed.storage.size

    @property
    def offset(self) -> int:
        """Of its first byte."""
        return self.placed.offset

    @property
    def first(self) -> int:
        """First step."""
        return self.placed.storage.first

    @property
    def last(self) -> int:
        """Last step."""
        return self.placed.storage.last


def band_infos(program: Program, storages: Sequence[Placed]) -> tuple[BandInfo, ...]:
    """One for each storage, in their order."""
    users = _Users(program)
    return tuple(users.info(i, placed) for i, placed in enumerate(storages))


class _Users:
    """Layers that write and read each tensor that owns bytes."""

    def __init__(self, program: Program) -> None:
        self.p = program
        self.maker: dict[TensorId, int] = {}
        self.readers: dict[TensorId, list[int]] = defaultdict(list)
        for number, layer in enumerate(program.layers[: len(program.calls)]):
            self.maker |= {program.owner(w.tensor): number for w in layer.writes}
            self.maker |= {u.after: number for u in layer.updates}
            for owner in dict.fromkeys(program.owner(r.tensor) for r in layer.reads):
                self.readers[owner].append(number)
            for u in layer.updates:
                self.readers[u.before].append(number)
        self.carried = {before: program.owner(after) for before, after in program.plan.carried}

    def info(self, number: int, placed: Placed) -> BandInfo:
        tensor, layer = placed.storage.tensor, placed.storage.layer
        if tensor is not None:
            return self._tensor(number, placed, tensor)
        assert layer is not None
        kind, op = placed.storage.kind, REGISTRY[self.p.calls[layer].node.op].tflite
        return BandInfo(number, placed, kind, f"{kind} of layer {layer} {op}", layer, (layer,))

    def _tensor(self, number: int, placed: Placed, owner: TensorId) -> BandInfo:
        tensor, band = self.p.graph[owner], self.p.band(owner)
        return BandInfo(
            number=number,
            placed=placed,
            kind=self._kind(owner),
            name=tensor.name,
            made_by=self.maker.get(self.carried.get(owner, owner)),
            read_by=tuple(self.readers[owner]),
            views=self._views(owner),
            dtype=tensor.dtype.value,
            shape=tensor.shape,
            rows_held=band.rows,
            rows=band.height,
        )

    def _kind(self, tensor: TensorId) -> str:
        graph = self.p.graph
        if tensor in graph.inputs:
            return "input"
        if tensor in self.carried:
            return "carried"
        return "output" if tensor in map(self.p.owner, graph.outputs) else "band"

    def _views(self, owner: TensorId) -> tuple[str, ...]:
        names = {**self.p.plan.owners, **self.p.joined}
        shared = sorted(t for t, o in names.items() if o == owner)
        return tuple(self.p.graph[t].name for t in shared)
