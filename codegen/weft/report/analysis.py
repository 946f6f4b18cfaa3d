"""Everything that the report says about a program, worked out once for text, JSON and HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from weft.ir import TensorId
from weft.ops.totals import graph_macs
from weft.program import Program
from weft.quant import Quant
from weft.report.bands import BandInfo, band_infos
from weft.report.layers import LayerInfo, layer_infos, percent
from weft.report.usage import Ints, Placed, bytes_in_use, placed_storages
from weft.weave.encode import encode


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output of the model; no quantization for float tensors."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    nbytes: int
    quant: Quant | None


@dataclass(frozen=True, slots=True)
class Peak:
    """The first of the steps with the most bytes in use.

    `bands` are those in use then, with their bytes in use, largest first. Their sum exceeds
    `nbytes` by `shared`: bytes that a layer overwrites while it consumes them. `layers` made
    the bands, or run at the step.
    """

    nbytes: int
    step: int
    layer: int | None  # that runs at the step; None where the caller pushes a row
    bands: tuple[tuple[BandInfo, int], ...]
    shared: int
    layers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """A program beside the same model compiled layer by layer. Sizes in bytes."""

    program: Program
    storages: tuple[Placed, ...]
    bands: tuple[BandInfo, ...]
    layers: tuple[LayerInfo, ...]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    usage: Ints  # bytes in use at each step
    peak: Peak
    baseline: Program
    baseline_usage: Ints
    weights_bytes: int
    weave_bytes: int
    macs_model: int

    @property
    def lower_bound(self) -> int:
        """No placement of these bands can be smaller."""
        return self.program.lower_bound

    @property
    def overhead(self) -> float:
        """Percent of the lower bound that the arena has more."""
        return percent(self.program.arena_bytes - self.lower_bound, self.lower_bound)

    @property
    def saving(self) -> float:
        """Percent of the layer-by-layer arena that this plan saves."""
        most = self.baseline.arena_bytes
        return percent(most - self.program.arena_bytes, most)

    @property
    def flash_bytes(self) -> int:
        """Constants and weave: the model's part of flash, without code."""
        return self.weights_bytes + self.weave_bytes


def analyze(program: Program, baseline: Program) -> Analysis:
    """The analysis of a program; `baseline` is the same model compiled layer by layer."""
    storages = placed_storages(program)
    bands = band_infos(program, storages)
    layers = layer_infos(program)
    usage = bytes_in_use(storages, len(program.plan.weave))
    return Analysis(
        program=program,
        storages=storages,
        bands=bands,
        layers=layers,
        inputs=_ports(program, program.graph.inputs),
        outputs=_ports(program, program.graph.outputs),
        usage=usage,
        peak=_peak(program, storages, bands, usage),
        baseline=baseline,
        baseline_usage=bytes_in_use(placed_storages(baseline), len(baseline.plan.weave)),
        weights_bytes=sum(layer.weights_bytes for layer in layers),
        weave_bytes=len(encode(tuple(program.plan.weave))),
        macs_model=graph_macs(program.model),
    )


def _ports(program: Program, tensors: Sequence[TensorId]) -> tuple[Port, ...]:
    found = (program.graph[t] for t in tensors)
    return tuple(Port(t.name, t.shape, t.dtype.value, t.nbytes, t.quant) for t in found)


def _peak(
    program: Program, storages: Sequence[Placed], bands: Sequence[BandInfo], usage: Ints
) -> Peak:
    step = int(usage.argmax())
    running, nbytes = program.plan.weave[step], int(usage[step])
    layer = running if running < len(program.calls) else None
    pairs = zip(bands, (p.in_use(step) for p in storages), strict=True)
    used = sorted(
        ((band, held) for band, held in pairs if held), key=lambda x: (-x[1], x[0].number)
    )
    setters = {layer, *(band.made_by for band, _ in used)}
    return Peak(
        nbytes=nbytes,
        step=step,
        layer=layer,
        bands=tuple(used),
        shared=sum(held for _, held in used) - nbytes,
        layers=tuple(sorted(n for n in setters if n is not None)),
    )
