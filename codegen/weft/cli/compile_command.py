"""`weft compile`: write the C library of a model, or of several that share kernels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from weft import driver, emit, verify
from weft.cli.options import Budget, Input, Json, Name, Optimize, TargetName, rows_wanted, size
from weft.cli.output import console, print_json, table
from weft.errors import CompileError
from weft.program import Program


def compile_(
    models: Annotated[list[Path], typer.Argument(metavar="MODEL.tflite...", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="Folder.")],
    name: Name = None,
    target: TargetName = "generic",
    optimize: Optimize = "balanced",
    input_: Input = "whole",
    ram_budget: Budget = None,
    golden: Annotated[
        int, typer.Option("--golden", metavar="N", help="Store N inferences as a self-test.")
    ] = 0,
    shared_arena: Annotated[
        bool, typer.Option("--shared-arena", help="One arena for several models in turn.")
    ] = False,
    as_json: Json = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show every layer.")] = False,
    dump_ir: Annotated[
        bool, typer.Option("--dump-ir", help="Show the graph after each pass, on stderr.")
    ] = False,
) -> None:
    """Write the C library of a model; several models get one folder with their kernels once."""
    if golden < 0:
        raise CompileError(f"--golden {golden} is negative")
    if name and len(models) > 1:
        raise CompileError("--name is for one model", hint="several are named after their files")
    options = driver.Options(
        name=name,
        target=target,
        optimize=optimize,
        ram_budget=size(ram_budget, "--ram-budget"),
        input_rows=rows_wanted(input_),
    )
    people, trace = console(as_json), console(True)

    def show(stage: str, text: str) -> None:
        if dump_ir:
            trace.print(f"; after {stage}\n{text}", markup=False)

    programs = [driver.compile_model(driver.read_model(m), m.name, options, show) for m in models]
    _refuse_equal_names(programs)
    compiled = [(p, verify.golden_vectors(p.model, golden)) for p in programs]
    files = emit.render_together(compiled, shared_arena=shared_arena)
    driver.write(files, output)
    reports = [emit.report(p) | {"files": list(files)} for p in programs]
    arena = max(p.arena_bytes for p in programs)
    if as_json:
        together = {"models": reports, "shared_arena_bytes": arena if shared_arena else None}
        print_json(reports[0] if len(reports) == 1 else together)
    for report in reports:
        if verbose:
            _layers(people, report)
        _summary(people, report)
    if shared_arena:
        people.print(f"shared arena {arena:,} bytes")
    people.print(f"plans checked; {len(files)} files in {output}", markup=False)


def _refuse_equal_names(programs: list[Program]) -> None:
    names = [p.name for p in programs]
    for program in programs:
        if names.count(program.name) > 1:
            raise CompileError(
                f"two models would be called {program.name}",
                hint="rename a file",
            )


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


def _summary(people: Console, report: dict[str, Any]) -> None:
    people.print(
        f"{report['name']} for {report['target']}: {len(report['layers'])} layers, "
        f"{report['macs']:,} MACs, {report['steps']:,} steps"
    )
    people.print(
        f"arena {report['arena_bytes']:,} bytes ({report['arena_border_bytes']:,} of them borders; "
        f"lower bound {report['arena_lower_bound']:,}), constants {report['weights_bytes']:,} bytes"
    )
