"""The machine-readable description of a generated library: NAME.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from weft.emit.view import LibraryView
from weft.ops import REGISTRY
from weft.ops.totals import graph_macs
from weft.program import Program
from weft.version import __version__
from weft.weave.encode import blocks


def manifest(program: Program, lib: LibraryView, files: Sequence[str]) -> str:
    """JSON text; keys are in a fixed order. Sizes and offsets in bytes."""
    return json.dumps(summary(program, lib, files) | _plan(program), indent=1) + "\n"


def summary(program: Program, lib: LibraryView, files: Sequence[str]) -> dict[str, Any]:
    """The keys that `weft compile --json` prints."""
    return {
        "name": program.name,
        "target": program.target.name,
        "optimize": program.optimize,
        "arena_bytes": program.arena_bytes,
        "arena_lower_bound": program.lower_bound,
        "arena_border_bytes": border_bytes(program),
        "state_bytes": lib.state.size if lib.state else 0,
        "input_type": program.input_type,
        "input_bytes": lib.input_bytes,
        "output_bytes": lib.output_bytes,
        "weights_bytes": lib.weights_bytes,
        "weave_bytes": lib.weave.count,
        "macs": program.macs,
        "macs_model": graph_macs(program.model),
        "steps": lib.steps,
        "layers": [_layer(program, number) for number in range(len(program.calls))],
        "passes": list(program.passes),
        "files": list(files),
        "verified_plan": True,
        "model_sha256": program.sha256,
        "version": __version__,
    }


def border_bytes(program: Program) -> int:
    """Stored borders and row alignment of the bands that are alive at the arena's peak."""
    storages = [s for s in program.arrangement.storages if s.tensor is not None]
    peak, most = 0, -1
    for step in range(len(program.plan.weave)):
        alive = [s for s in storages if s.first <= step <= s.last]
        used = sum(max(0, int(s.high[step - s.first] - s.low[step - s.first])) for s in alive)
        if used > most:
            most = used
            peak = sum(program.band(s.tensor).border for s in alive if s.tensor is not None)
    return peak


def _layer(program: Program, number: int) -> dict[str, Any]:
    call = program.calls[number]
    bands = [program.band(t) for t in call.node.outputs]
    return {
        "index": number,
        "op": REGISTRY[call.node.op].tflite,
        "origins": list(call.node.origins),
        "macs": REGISTRY[call.node.op].macs(call.op),
        "kernel": call.kernel.symbol,
        "band_rows": bands[0].held,
        "rows": bands[0].height,
        "steps": program.layers[number].steps,
        "inputs": [int(t) for t in program.graph.activations(call.node)],
        "outputs": [int(t) for t in call.node.outputs],
    }


def _plan(program: Program) -> dict[str, Any]:
    graph, joined = program.graph, program.joined
    return {
        "inputs": [int(t) for t in graph.inputs],
        "outputs": [int(t) for t in graph.outputs],
        "bands": [
            {
                "tensor": int(t),
                "name": graph[t].name,
                "model_tensor": graph[t].origin,
                "dtype": graph[t].dtype.value,
                "shape": list(graph[t].shape),
                "offset": program.offset(t),
                "bytes": band.size,
                "rows": band.rows,
                "height": band.height,
                "payload": band.payload,
                "stride": band.stride,
                "lead": band.lead,
                "trail": band.trail,
            }
            | ({"part_of": int(joined[t])} if t in joined else {})
            for t, band in sorted(program.plan.bands.items())
        ],
        "scratch": [
            {"layer": layer, "offset": offset}
            for layer, offset in sorted({**program.plan.scratch, **program.plan.state}.items())
        ],
        "weave": [[times, [list(e) for e in entries]]
                  for times, entries in blocks(tuple(program.plan.weave))],
    }  # fmt: skip
