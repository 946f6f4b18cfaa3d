"""`weft ops` and `weft targets`: what there is."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from weft import target
from weft.cli.options import Json
from weft.cli.output import console, print_json, table
from weft.ops import manual

Markdown = Annotated[
    bool, typer.Option("--markdown", help="Print the manual as a page of documentation.")
]


def ops(as_json: Json = False, as_markdown: Markdown = False) -> None:
    """The operators that weft compiles, their constraints and kernels."""
    if as_markdown:
        print(manual.markdown(), end="")
        return
    entries = manual.manual()
    if as_json:
        print_json([asdict(entry) for entry in entries])
        return
    people = console(False)
    for entry in entries:
        people.print(f"[bold]{entry.name}[/bold]: {entry.summary}")
        people.print(f"  runs {entry.streams}", markup=False)
        for constraint in entry.constraints:
            people.print(f"  - {constraint}", markup=False)
        symbols = ", ".join(dict.fromkeys(kernel.symbol for kernel in entry.kernels)) or "none"
        people.print(f"  kernels: {symbols}", markup=False)


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
