"""`weft compile`: write the C library of a model, or of several that share kernels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from weft import driver, emit, report, verify
from weft.cli.analyze_command import layer_table
from weft.cli.options import (
    Budget,
    Input,
    InputType,
    Json,
    Name,
    NoPass,
    Optimize,
    Passes,
    Signature,
    TargetName,
    compile_options,
)
from weft.cli.output import console, print_json
from weft.errors import CompileError
from weft.program import Program


def compile_(
    models: Annotated[list[Path], typer.Argument(metavar="MODEL.tflite...", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="Folder.")],
    name: Name = None,
    target: TargetName = "generic",
    optimize: Optimize = "balanced",
    input_: Input = "whole",
    input_type: InputType = "model",
    signature: Signature = None,
    ram_budget: Budget = None,
    passes: Passes = None,
    no_pass: NoPass = None,
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
    options = compile_options(
        name=name,
        target=target,
        optimize=optimize,
        input_=input_,
        input_type=input_type,
        signature=signature,
        ram_budget=ram_budget,
        passes=passes,
        no_pass=no_pass,
    )
    people, trace = console(as_json), console(True)

    def show(stage: str, text: str) -> None:
        if dump_ir:
            trace.print(f"; after {stage}\n{text}", markup=False)

    programs = [driver.compile_model(driver.read_model(m), m.name, options, show) for m in models]
    _refuse_equal_names(programs)
    if shared_arena:
        programs = driver.share_arena(programs)
    compiled = [(p, verify.golden_vectors(p.model, golden)) for p in programs]
    files = emit.render_together(compiled, shared_arena=shared_arena)
    driver.write(files, output)
    reports = [emit.report(p) | {"files": list(files)} for p in programs]
    arena = max(p.arena_bytes for p in programs)
    if as_json:
        together = {"models": reports, "shared_arena_bytes": arena if shared_arena else None}
        print_json(reports[0] if len(reports) == 1 else together)
    for program, sizes in zip(programs, reports, strict=True):
        if verbose:
            people.print(layer_table(report.layer_infos(program)))
        _summary(people, sizes)
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


def _summary(people: Console, sizes: dict[str, Any]) -> None:
    for line in sizes["passes"]:
        people.print(line, markup=False)
    people.print(
        f"{sizes['name']} for {sizes['target']}: {len(sizes['layers'])} layers, "
        f"{sizes['macs']:,} MACs, {sizes['steps']:,} steps"
    )
    people.print(
        f"arena {sizes['arena_bytes']:,} bytes ({sizes['arena_border_bytes']:,} of them borders; "
        f"lower bound {sizes['arena_lower_bound']:,}), constants {sizes['weights_bytes']:,} bytes"
    )
    if sizes["state_bytes"]:
        people.print(f"{sizes['state_bytes']:,} bytes of the arena are state between inferences")
