"""Segments in, arrangement out: the weave, the bands, and the placement problem they pose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from weft.ir import Graph, TensorId
from weft.plan import Placement, Problem
from weft.weave.bands import Band, borders, make_band, packed_tensors
from weft.weave.check import Claim
from weft.weave.distance import problem
from weft.weave.layers import Layer, views
from weft.weave.life import Storage, band_storages, overlays, work_storages
from weft.weave.schedule import Segment, weave
from weft.weave.trace import Trace, Weave, ring_rows, trace


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A schedule with everything but offsets. `storages` number the problem's blocks."""

    segments: tuple[Segment, ...]
    weave: Weave
    trace: Trace
    bands: Mapping[TensorId, Band]
    owners: Mapping[TensorId, TensorId]
    storages: tuple[Storage, ...]
    problem: Problem


@dataclass(frozen=True, slots=True)
class Setting:
    """What stays the same over all schedules of a program."""

    graph: Graph
    layers: tuple[Layer, ...]
    heights: Mapping[TensorId, int]
    owners: Mapping[TensorId, TensorId]
    packed: frozenset[TensorId]
    borders: Mapping[TensorId, tuple[int, int]]
    row_alignment: int
    alignment: int

    @classmethod
    def of(
        cls, graph: Graph, layers: tuple[Layer, ...], *, row_alignment: int, alignment: int
    ) -> Setting:
        """Alignments in bytes: of rows inside bands, and of everything placed in the arena."""
        owners = views(graph)
        used = {t for node in graph.nodes for t in (*graph.activations(node), *node.outputs)}
        used |= {*graph.inputs, *graph.outputs}
        return cls(
            graph=graph,
            layers=layers,
            heights={t: graph[t].rows[0] for t in sorted(used)},
            owners=owners,
            packed=packed_tensors(graph, layers, owners, input_rows=False),
            borders=borders(graph, layers),
            row_alignment=row_alignment,
            alignment=alignment,
        )


def arrange(setting: Setting, segments: Sequence[Segment]) -> Arrangement:
    """Weave the segments, size the bands by playing the weave, and state what must be placed."""
    steps = weave(setting.layers, segments, setting.heights)
    played = trace(setting.layers, steps, setting.heights)
    bands = {t: _band(setting, played, t) for t in setting.heights}
    graph = setting.graph
    storages = band_storages(bands, setting.owners, played, graph.inputs, graph.outputs)
    storages += work_storages(setting.layers, played)
    shared = overlays(setting.layers, bands, storages, played)
    return Arrangement(
        segments=tuple(segments),
        weave=steps,
        trace=played,
        bands=bands,
        owners=setting.owners,
        storages=tuple(storages),
        problem=problem(storages, shared, len(steps), setting.alignment),
    )


def _band(setting: Setting, played: Trace, tensor: TensorId) -> Band:
    height = setting.heights[tensor]
    if tensor in setting.packed:
        border = setting.borders.get(tensor, (0, 0))
        assert border == (0, 0), f"%{tensor} is packed and has a border"
        return make_band(setting.graph, tensor, rows=height, border=(0, 0), alignment=1)
    rows = ring_rows(played.uses[tensor], height)
    return make_band(
        setting.graph,
        tensor,
        rows=rows,
        border=setting.borders.get(tensor, (0, 0)),
        alignment=setting.row_alignment,
    )


def layer_by_layer(setting: Setting) -> tuple[Segment, ...]:
    """Every layer to its end before the next; a layout copy streams into its first reader."""
    segments: list[Segment] = []
    pending: Segment = ()
    for number, node in enumerate(
        n for n in setting.graph.nodes if n.outputs[0] not in setting.owners
    ):
        if node.op == "copy" and not node.origins:
            pending = (*pending, number)
            continue
        segments.append((*pending, number))
        pending = ()
    return (*segments, pending) if pending else tuple(segments)


def claim(setting: Setting, arrangement: Arrangement, placement: Placement) -> Claim:
    """The finished plan as the checker wants it."""
    offsets: dict[TensorId, int] = {}
    scratch: dict[int, int] = {}
    state: dict[int, int] = {}
    for storage, offset in zip(arrangement.storages, placement.offsets, strict=True):
        if storage.tensor is not None:
            offsets[storage.tensor] = offset
        elif storage.layer is not None:
            (scratch if storage.kind == "scratch" else state)[storage.layer] = offset
    return Claim(
        layers=setting.layers,
        weave=arrangement.weave,
        bands=arrangement.bands,
        owners=arrangement.owners,
        offsets=offsets,
        scratch=scratch,
        state=state,
        arena_bytes=placement.size,
        inputs=setting.graph.inputs,
        outputs=setting.graph.outputs,
    )
