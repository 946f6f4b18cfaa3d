"""Figures as the JSON document of `weft bench`, and two such documents beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from weft.bench.cycles import Cost
from weft.bench.measure import Figures
from weft.errors import CompileError
from weft.version import __version__

Document = dict[str, Any]

TOLERANCE = 1.01  # more than 1 % above the figure before is worse
_GUARDED = ("total.instructions", "total.est_cycles", "ram.arena", "flash.total")
_SECTIONS = ("total", "executor", "ram", "flash")


@dataclass(frozen=True, slots=True)
class Change:
    """A figure in two documents; None where one of them does not have it."""

    figure: str
    before: int | None
    now: int | None

    @property
    def percent(self) -> float | None:
        """Growth, where there is something to compare with."""
        if not self.before or self.now is None:
            return None
        return 100 * (self.now - self.before) / self.before

    @property
    def worse(self) -> bool:
        """Whether this is a figure that must not grow, and it has grown too much."""
        if self.figure not in _GUARDED or self.before is None or self.now is None:
            return False
        return self.now > self.before * TOLERANCE


def document(figures: Figures) -> Document:
    """The keys of `weft bench --json`. Sizes in bytes; null where the engine cannot tell."""
    p = figures.program
    total = None if figures.cycles is None else Cost(figures.instructions, figures.cycles)
    return {
        "name": p.name,
        "model_sha256": p.sha256,
        "target": p.target.name,
        "optimize": p.optimize,
        "input": "rows" if p.input_rows else "whole",
        "input_type": p.input_type,
        "engine": figures.engine,
        "timings": figures.timings,
        "bit_exact": figures.bit_exact,
        "reference": figures.reference,
        "total": {
            **_cost(total),
            "instructions": figures.instructions,
            "macs": p.macs,
            "cycles_per_mac": per_mac(total, p.macs),
        },
        "executor": _cost(figures.executor),
        "layers": [
            {
                "index": x.index,
                "op": x.op,
                **_cost(x.cost),
                "macs": x.macs,
                "cycles_per_mac": per_mac(x.cost, x.macs),
            }
            for x in figures.layers
        ],
        "ram": {
            "arena": p.arena_bytes,
            "static": figures.static_bytes,
            "stack": figures.stack_bytes,
        },
        "flash": {
            "code": figures.flash.code,
            "kernels": figures.flash.kernels,
            "constants": figures.flash.constants,
            "rest": figures.flash.rest,
            "total": figures.flash.total,
        },
        "version": __version__,
    }


def per_mac(cost: Cost | None, macs: int) -> float | None:
    """Cycles for one multiply-accumulate; None where there are none."""
    return None if cost is None or not macs else round(cost.cycles / macs, 3)


def _cost(cost: Cost | None) -> dict[str, int | None]:
    if cost is None:
        return {"instructions": None, "est_cycles": None}
    return {"instructions": cost.instructions, "est_cycles": cost.cycles}


def compare(before: Any, now: Document) -> list[Change]:
    """Every figure that differs; CompileError when `before` is no document for this target."""
    try:
        target = before["target"]
        old, new = _figures(before), _figures(now)
    except (TypeError, KeyError, AttributeError):
        raise CompileError("not the output of weft bench --json") from None
    if target != now["target"]:
        raise CompileError(f"figures of target {target}, not {now['target']}")
    names = [*new, *(name for name in old if name not in new)]
    changes = [Change(name, old.get(name), new.get(name)) for name in names]
    return [change for change in changes if change.before != change.now]


def _figures(source: Mapping[str, Any]) -> dict[str, int]:
    """Name -> whole number, for all parts of a document."""
    found = {name: source.get(name, {}) for name in _SECTIONS}
    for layer in source.get("layers", ()):
        found[f"layer {layer['index']} {layer['op']}"] = layer
    return {
        f"{name}.{key}": value
        for name, part in found.items()
        for key, value in part.items()
        if isinstance(value, int) and key != "index"
    }
