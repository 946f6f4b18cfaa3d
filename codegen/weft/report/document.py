"""The analysis as one JSON document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from weft.report.analysis import Analysis, Peak, Port
from weft.report.bands import BandInfo
from weft.report.layers import LayerInfo
from weft.report.usage import Ints
from weft.version import __version__


def document(a: Analysis) -> dict[str, Any]:
    """What `weft analyze --json` prints. Sizes and offsets in bytes, shares in percent."""
    p = a.program
    return {
        "name": p.name,
        "source": p.source,
        "model_sha256": p.sha256,
        "target": p.target.name,
        "optimize": p.optimize,
        "input_rows": p.input_rows,
        "input_type": p.input_type,
        "passes": list(p.passes),
        "arena_bytes": p.arena_bytes,
        "arena_lower_bound": a.lower_bound,
        "arena_overhead_percent": a.overhead,
        "layer_by_layer_bytes": a.baseline.arena_bytes,
        "saving_percent": a.saving,
        "weights_bytes": a.weights_bytes,
        "weave_bytes": a.weave_bytes,
        "flash_bytes": a.flash_bytes,
        "macs": p.macs,
        "macs_model": a.macs_model,
        "steps": len(p.plan.weave),
        "inputs": [_port(port) for port in a.inputs],
        "outputs": [_port(port) for port in a.outputs],
        "peak": _peak(a.peak),
        "segments": [list(segment) for segment in p.arrangement.segments],
        "layers": [_layer(layer) for layer in a.layers],
        "bands": [_band(band) for band in a.bands],
        "usage": changes(a.usage),
        "layer_by_layer_usage": changes(a.baseline_usage),
        "version": __version__,
    }


def changes(values: Ints) -> list[list[int]]:
    """[step, value] for each step whose value differs from the one before.

    >>> changes(np.array([5, 5, 7, 7, 5]))
    [[0, 5], [2, 7], [4, 5]]
    """
    steps = np.flatnonzero(np.append(True, values[1:] != values[:-1])[: len(values)])
    return [[int(step), int(values[step])] for step in steps]


def _port(port: Port) -> dict[str, Any]:
    quant = port.quant
    return {
        "name": port.name,
        "shape": list(port.shape),
        "dtype": port.dtype,
        "bytes": port.nbytes,
        "scale": None if quant is None else _one_or_all(quant.scale),
        "zero_point": None if quant is None else _one_or_all(quant.zero_point),
    }


def _one_or_all(values: Sequence[Any]) -> Any:
    return values[0] if len(values) == 1 else list(values)


def _peak(peak: Peak) -> dict[str, Any]:
    return {
        "bytes": peak.nbytes,
        "step": peak.step,
        "layer": peak.layer,
        "layers": list(peak.layers),
        "shared_bytes": peak.shared,
        "bands": [_band(band) | {"bytes_in_use": held} for band, held in peak.bands],
    }


def _layer(layer: LayerInfo) -> dict[str, Any]:
    """The keys that `weft compile --json` has, too, have the same names there."""
    found = asdict(layer)
    renamed = {"output_shape": found.pop("shape"), "band_rows": found.pop("rows_held")}
    return found | renamed


def _band(band: BandInfo) -> dict[str, Any]:
    return {
        "index": band.number,
        "kind": band.kind,
        "name": band.name,
        "views": list(band.views),
        "dtype": band.dtype,
        "shape": list(band.shape),
        "band_rows": band.rows_held,
        "rows": band.rows,
        "bytes": band.size,
        "offset": band.offset,
        "first_step": band.first,
        "last_step": band.last,
        "made_by": band.made_by,
        "read_by": list(band.read_by),
    }
