"""Segments in, arrangement out: the weave, the bands, and the placement problem they pose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from weft.ir import Graph, TensorId
from weft.plan import Placement, Problem
from weft.weave.bands import Band, borders, make_band, packed_tensors, part_band
from weft.weave.carried import Carried, carried_states, carried_storages, region_size
from weft.weave.distance import problem
from weft.weave.layers import Layer, Part, views
from weft.weave.life import Storage, band_storages, work_storages
from weft.weave.overlay import overlays
from weft.weave.rules import Claim
from weft.weave.schedule import Demands, Segment, weave
from weft.weave.trace import Trace, Weave, follows_on, ring_rows, trace


@dataclass(frozen=True, slots=True)
class Setting:
    """What stays the same over all schedules of a program.

    `sources` are the graph inputs that are whole in the arena before the first step.
    """

    graph: Graph
    layers: tuple[Layer, ...]
    sources: tuple[TensorId, ...]
    heights: Mapping[TensorId, int]
    owners: Mapping[TensorId, TensorId]
    carried: tuple[Carried, ...]
    demands: Demands
    packed: frozenset[TensorId]
    borders: Mapping[TensorId, tuple[int, int]]
    order: tuple[int, ...]  # layer numbers so that every layer follows what it reads
    row_alignment: int
    alignment: int

    @classmethod
    def of(
        cls, graph: Graph, layers: tuple[Layer, ...], *, row_alignment: int, alignment: int
    ) -> Setting:
        """Alignments in bytes: of rows inside bands, and of everything placed in the arena."""
        owners = views(graph)
        used = {t for node in graph.nodes for t in (*graph.activations(node), *node.outputs)}
        used |= {*graph.sources, *graph.results}
        used -= {part.tensor for _, part in _parts(layers)}
        written = {w.tensor for layer in layers for w in layer.writes}
        sources = tuple(t for t in graph.inputs if t not in written)
        heights = {t: graph[t].rows[0] for t in sorted(used)}
        carried = carried_states(graph, owners, alignment)
        return cls(
            graph=graph,
            layers=layers,
            sources=sources,
            heights=heights,
            owners=owners,
            carried=carried,
            demands=Demands(layers, heights, owners, carried),
            packed=packed_tensors(graph, layers, owners, sources),
            borders=borders(graph, layers),
            order=_order(graph, layers),
            row_alignment=row_alignment,
            alignment=alignment,
        )

    @property
    def apart(self) -> frozenset[TensorId]:
        """Tensors that own bytes in the region of the states, not among the others."""
        return frozenset(t for c in self.carried for t in (c.before, c.after))

    def among_others(self, bands: Mapping[TensorId, Band]) -> dict[TensorId, Band]:
        """The bands that are not apart."""
        return {t: band for t, band in bands.items() if t not in self.apart}

    def owner(self, tensor: TensorId) -> TensorId:
        """The tensor whose bytes this one shares; itself when it is no view."""
        return self.owners.get(tensor, tensor)

    def band(self, tensor: TensorId, rows: int) -> Band:
        """The band of a tensor with so many slots; packed tensors are always whole."""
        border = self.borders.get(tensor, (0, 0))
        if tensor in self.packed:
            assert border == (0, 0), f"%{tensor} is packed and has a border"
            rows, alignment = self.heights[tensor], 1
        else:
            alignment = self.row_alignment
        return make_band(self.graph, tensor, rows=rows, border=border, alignment=alignment)

    def bands(self, played: Trace) -> dict[TensorId, Band]:
        """Bands of the tensors of a trace, with as few slots as the trace needs."""
        found = {}
        for t, uses in sorted(played.uses.items()):
            band = self.band(t, ring_rows(uses, self.heights[t]))
            found[t] = replace(band, joint=band.shares_borders and follows_on(uses, band.rows))
        return found


def _order(graph: Graph, layers: Sequence[Layer]) -> tuple[int, ...]:
    """The layers of inputs that are brought row by row, then all others as they come."""
    brings = [any(w.tensor in graph.inputs for w in layer.writes) for layer in layers]
    return tuple(sorted(range(len(layers)), key=lambda n: not brings[n]))


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A schedule with everything but offsets. `storages` number the problem's blocks.

    Bands of parts of joined tensors are among the bands, and no storages.
    """

    segments: tuple[Segment, ...]
    weave: Weave
    bands: Mapping[TensorId, Band]
    storages: tuple[Storage, ...]
    problem: Problem


def arrange(setting: Setting, segments: Sequence[Segment]) -> Arrangement:
    """Weave the segments, size the bands by playing the weave, and state what must be placed."""
    steps = weave(setting.demands, segments)
    played = trace(setting.layers, steps, setting.heights)
    bands = {t: setting.band(t, height) for t, height in setting.heights.items()}
    bands |= setting.bands(played)
    outputs = setting.graph.outputs
    storages = carried_storages(setting.carried, len(steps))
    storages += band_storages(
        setting.among_others(bands), setting.owners, played, setting.sources, outputs
    )
    storages += work_storages(setting.layers, played)
    kept = {*map(setting.owner, outputs), *setting.apart}
    shared = overlays(setting.layers, bands, storages, played, kept)
    for joined, part in _parts(setting.layers):
        bands[part.tensor], _ = part_band(bands[joined], part)
    return Arrangement(
        segments=tuple(segments),
        weave=steps,
        bands=bands,
        storages=tuple(storages),
        problem=problem(
            storages,
            shared,
            len(steps),
            setting.alignment,
            {number: c.offset for number, c in enumerate(setting.carried)},
        ),
    )


def _parts(layers: Sequence[Layer]) -> Iterator[tuple[TensorId, Part]]:
    """The parts that layers make, with the tensors that they are joined into."""
    writers = (w for layer in layers for w in layer.writes)
    return ((w.tensor, w.part) for w in writers if w.part)


def claim(setting: Setting, arrangement: Arrangement, placement: Placement) -> Claim:
    """The finished plan as the checker wants it."""
    bands = {**arrangement.bands, **_lasting_bands(arrangement, placement)}
    offsets = {c.after: c.offset for c in setting.carried}
    scratch: dict[int, int] = {}
    state: dict[int, int] = {}
    for storage, offset in zip(arrangement.storages, placement.offsets, strict=True):
        if storage.tensor is not None:
            offsets[storage.tensor] = offset
        elif storage.layer is not None:
            (scratch if storage.kind == "scratch" else state)[storage.layer] = offset
    for joined, part in _parts(setting.layers):
        bands[part.tensor], begin = part_band(bands[joined], part)
        offsets[part.tensor] = offsets[joined] + begin
    region = range(region_size(setting.carried, setting.alignment))
    return Claim(
        layers=setting.layers,
        weave=arrangement.weave,
        bands=bands,
        owners=setting.owners,
        offsets=offsets,
        scratch=scratch,
        state=state,
        arena_bytes=placement.size,
        sources=setting.sources,
        outputs=setting.graph.outputs,
        carried=tuple((s.before, s.after) for s in setting.graph.states),
        region=region,
        work=region.stop,
    )


def _lasting_bands(arrangement: Arrangement, placement: Placement) -> dict[TensorId, Band]:
    """The bands in whose bytes nothing else is written as long as they are in use."""
    placed = list(zip(arrangement.storages, placement.offsets, strict=True))
    found = {}
    for one, begin in placed:
        band = arrangement.bands[one.tensor] if one.tensor is not None else None
        if band and band.bordered > band.held:
            met = (
                other is not one
                and other.first <= one.last
                and one.first <= other.last_write
                and at < begin + one.size
                and begin < at + other.size
                for other, at in placed
            )
            if not any(met):
                found[band.tensor] = replace(band, lasting=True)
    return found
