"""The operator manual: what a model's operator must look like, and how it runs.

Derived from the declarations; `weft ops` prints it and docs/operators.md is made of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from weft.ops import REGISTRY, Operator, Streams
from weft.ops.stateful.variables import VARIABLE_OPERATORS

_RUNS = "It runs {}, best kernel first:"


@dataclass(frozen=True, slots=True)
class KernelEntry:
    """A C function: the features that a target must have for it, and why it is chosen."""

    symbol: str
    needs: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One operator. `constraints` are sentences, checked in their order."""

    name: str
    summary: str
    streams: Streams
    constraints: tuple[str, ...]
    kernels: tuple[KernelEntry, ...]


def manual() -> tuple[Entry, ...]:
    """All operators that a model may have: in the registry's order, then those of variables."""
    variables = (
        Entry(name, summary, Streams.NOT_AT_ALL, (condition,), ())
        for name, (summary, condition) in VARIABLE_OPERATORS.items()
    )
    return (*(_entry(op) for op in REGISTRY.values() if not op.internal), *variables)


def _entry(op: type[Operator]) -> Entry:
    kernels = (KernelEntry(k.symbol, tuple(sorted(k.needs)), k.why) for k in op.kernels)
    return Entry(
        name=op.tflite,
        summary=_first_paragraph(op.__doc__),
        streams=op.streams if op.kernels else Streams.NOT_AT_ALL,
        constraints=tuple(_first_paragraph(c.__doc__) for c in (*op.checks, *op.limits)),
        kernels=tuple(dict.fromkeys(kernels)),
    )


def _first_paragraph(text: str | None) -> str:
    return " ".join((text or "").strip().split("\n\n")[0].split())


def markdown() -> str:
    """The manual as a page of documentation."""
    lines = [
        "# Operators",
        "",
        "Made by `weft ops --markdown`; a test compares it. What does not meet a constraint is",
        "refused in one line that names the operator and the constraint.",
        "",
        "| operator | what it computes | runs |",
        "|---|---|---|",
    ]
    lines += [f"| [{e.name}](#{e.name.lower()}) | {e.summary} | {e.streams} |" for e in manual()]
    for entry in manual():
        lines += ["", f"## {entry.name}", "", entry.summary, ""]
        lines += [f"- {constraint}" for constraint in entry.constraints]
        lines += ["", *([_RUNS.format(entry.streams)] if entry.kernels else [])]
        lines += ["", *(_kernel_line(kernel) for kernel in entry.kernels)]
    return "\n".join(lines).replace("\n\n\n", "\n\n").rstrip() + "\n"


def _kernel_line(kernel: KernelEntry) -> str:
    needs = f" (needs {', '.join(kernel.needs)})" if kernel.needs else ""
    return f"- `{kernel.symbol}`{needs}: {kernel.why}"
