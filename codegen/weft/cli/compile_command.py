"""`weft compile`: write the C library."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from weft import driver, emit, verify
from weft.cli.options import (
    Budget,
    Input,
    Json,
    Model,
    Name,
    Optimize,
    TargetName,
    rows_wanted,
    size,
)
from weft.cli.output import console, print_json, table
from weft.errors import CompileError


def compile_(
    model: Model,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="Folder.")],
    name: Name = None,
    target: TargetName = "generic",
    optimize: Optimize = "balanced",
    input_: Input = "whole",
    ram_budget: Budget = None,
    golden: Annotated[
        int, typer.Option("--golden", metavar="N", help="Store N inferences as a self-test.")
    ] = 0,
    as_json: Json = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show every layer.")] = False,
    dump_ir: Annotated[
        bool, typer.Option("--dump-ir", help="Show the graph after each pass, on stderr.")
    ] = False,
) -> None:
    """Write the C library of a model."""
    if golden < 0:
        raise CompileError(f"--golden {golden} is negative")
    people, trace = console(as_json), console(True)

    def show(stage: str, text: str) -> None:
        if dump_ir:
            trace.print(f"; after {stage}\n{text}", markup=False)

    data = driver.read_model(model)
    options = driver.Options(
        name=name,
        target=target,
        optimize=optimize,
        ram_budget=size(ram_budget, "--ram-budget"),
        input_rows=rows_wanted(input_),
    )
    program = driver.compile_model(data, model.name, options, show)
    files = emit.render(program, verify.golden_vectors(program.model, golden))
    driver.write(files, output)
    report = emit.report(program) | {"files": list(files)}
    if as_json:
        print_json(report)
    if verbose:
        _layers(people, report)
    _summary(people, report, output)


def _layers(people: Console, report: dict[str, Any]) -> None:
    columns = ("layer", "operator:", "model:", "rows held", "of", "steps", "MACs", "kernel:")
    people.print(
        table(
            columns,
            [
                (
                    x["index"],
                    x["op"],
                    "+".join(map(str, x["origins"])) or "-",
                    x["band_rows"],
                    x["rows"],
                    x["steps"],
                    x["macs"],
                    x["kernel"],
                )
                for x in report["layers"]
            ],
        )
    )


def _summary(people: Console, report: dict[str, Any], output: Path) -> None:
    borders = report["arena_border_bytes"]
    people.print(
        f"{report['name']} for {report['target']}: {len(report['layers'])} layers, "
        f"{report['macs']:,} MACs, {report['steps']:,} steps"
    )
    people.print(
        f"arena {report['arena_bytes']:,} bytes ({borders:,} of them borders; lower bound "
        f"{report['arena_lower_bound']:,}), constants {report['weights_bytes']:,} bytes"
    )
    people.print(f"plan checked; {len(report['files'])} files in {output}", markup=False)
