"""`weft ops` and `weft targets`: what there is."""

from __future__ import annotations

from weft import target
from weft.cli.options import Json
from weft.cli.output import console, print_json, table
from weft.ops import REGISTRY, Operator


def ops(as_json: Json = False) -> None:
    """The operators that weft compiles, their constraints and kernels."""
    listed = [op for op in REGISTRY.values() if not op.internal]
    if as_json:
        print_json([_manual(op) for op in listed])
        return
    people = console(False)
    for op in listed:
        people.print(f"[bold]{op.tflite}[/bold]: {_summary(op)}")
        for check in (*op.checks, *op.limits):
            people.print(f"  - {(check.__doc__ or '').strip()}", markup=False)
        idle = "a view of the same bytes" if op.view else "computed when the model is compiled"
        kernels = ", ".join(_kernels(op)) or f"none ({idle})"
        people.print(f"  kernels: {kernels}", markup=False)


def _summary(op: type[Operator]) -> str:
    return " ".join((op.__doc__ or "").strip().split("\n\n")[0].split())


def _kernels(op: type[Operator]) -> list[str]:
    """The C functions, best first; those that run in several ways once."""
    return list(dict.fromkeys(kernel.symbol for kernel in op.kernels))


def _manual(op: type[Operator]) -> dict[str, object]:
    return {
        "name": op.tflite,
        "summary": _summary(op),
        "constraints": [(check.__doc__ or "").strip() for check in (*op.checks, *op.limits)],
        "kernels": _kernels(op),
    }


def targets(as_json: Json = False) -> None:
    """The targets that weft compiles for."""
    found = [target.load(name) for name in target.names()]
    if as_json:
        print_json(
            [
                {
                    "name": t.name,
                    "description": t.description,
                    "features": sorted(t.features),
                    "emulated": t.emulator is not None,
                }
                for t in found
            ]
        )
        return
    rows = [(t.name, t.description, t.emulator.machine if t.emulator else "-") for t in found]
    console(False).print(table(("target:", "description:", "emulated board:"), rows))
