"""The per-layer table: what each layer computes, holds in RAM and keeps in flash."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weft.ops import REGISTRY
from weft.program import Program


@dataclass(frozen=True, slots=True)
class LayerInfo:
    """A layer and the band of its first output. Sizes in bytes, `arena_share` in percent.

    `rows_held` of `rows` rows of the output are in RAM at a time. Layers with the same
    `segment` run interleaved, row by row.
    """

    index: int
    segment: int
    op: str
    origins: tuple[int, ...]  # operators of the model
    output: str
    shape: tuple[int, ...]
    rows_held: int
    rows: int
    steps: int
    band_bytes: int
    arena_share: float
    macs: int
    weights_bytes: int
    scratch_bytes: int
    state_bytes: int
    kernel: str


def layer_infos(program: Program) -> tuple[LayerInfo, ...]:
    """One for each call, in their order."""
    segment_of = {n: i for i, s in enumerate(program.arrangement.segments) for n in s}
    return tuple(_layer(program, i, segment_of[i]) for i in range(len(program.calls)))


def _layer(program: Program, number: int, segment: int) -> LayerInfo:
    call, layer = program.calls[number], program.layers[number]
    operator = REGISTRY[call.node.op]
    tensor = call.node.outputs[0]
    band = program.band(tensor)
    return LayerInfo(
        index=number,
        segment=segment,
        op=operator.tflite,
        origins=call.node.origins,
        output=program.graph[tensor].name,
        shape=program.graph[tensor].shape,
        rows_held=band.held,
        rows=band.height,
        steps=layer.steps,
        band_bytes=band.size,
        arena_share=percent(band.size, program.arena_bytes),
        macs=operator.macs(call.op),
        weights_bytes=_constants(program, number),
        scratch_bytes=layer.scratch,
        state_bytes=layer.state,
        kernel=call.kernel.symbol,
    )


def _constants(program: Program, number: int) -> int:
    values = program.params[number].values()
    return sum(v.nbytes for v in values if isinstance(v, np.ndarray))


def percent(part: int, whole: int) -> float:
    """A share in percent with one decimal; 0 of nothing is 0.

    >>> percent(1, 3), percent(0, 0)
    (33.3, 0.0)
    """
    return round(100 * part / whole, 1) if whole else 0.0
