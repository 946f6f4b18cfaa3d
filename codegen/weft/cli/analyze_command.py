"""`weft analyze`: where the memory and the work of a model go; writes no library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from weft import driver, report
from weft.cli.options import (
    Budget,
    Input,
    InputType,
    Json,
    Model,
    NoPass,
    Optimize,
    Signature,
    TargetName,
    compile_options,
)
from weft.cli.output import console, print_json, table
from weft.program import Program

_LAYER_BY_LAYER = "latency"


def analyze(
    model: Model,
    target: TargetName = "generic",
    optimize: Optimize = "balanced",
    input_: Input = "whole",
    input_type: InputType = "model",
    signature: Signature = None,
    ram_budget: Budget = None,
    no_pass: NoPass = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="REPORT.html", help="Write the report as one HTML file."),
    ] = None,
    as_json: Json = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show every band.")] = False,
) -> None:
    """Show where the memory and the work of a model go."""
    data = driver.read_model(model)

    def compiled(goal: str, budget: str | None) -> Program:
        options = compile_options(
            target=target,
            optimize=goal,
            input_=input_,
            input_type=input_type,
            signature=signature,
            ram_budget=budget,
            no_pass=no_pass,
        )
        return driver.compile_model(data, model.name, options)

    program = compiled(optimize, ram_budget)
    found = report.analyze(program, compiled(_LAYER_BY_LAYER, None))
    if html is not None:
        driver.write({html.name: report.html(found)}, html.parent)
    if as_json:
        print_json(report.document(found))
    _print(console(as_json), found, verbose=verbose)


def _print(people: Console, a: report.Analysis, *, verbose: bool) -> None:
    p = a.program
    people.print(
        f"{p.name} for {p.target.name}, {p.optimize}: {len(a.layers)} layers, {p.macs:,} MACs "
        f"({a.macs_model:,} in the model), {len(p.plan.weave):,} steps",
        markup=False,
    )
    for line in p.passes:
        people.print(line, markup=False)
    people.print(_ports(a))
    people.print(layer_table(a.layers))
    people.print("seg: layers of one segment run interleaved, row by row", style="dim")
    if verbose:
        people.print(_bands(a))
    people.print("")
    for line in _memory(a):
        people.print(line, markup=False)
    people.print(_peak(a))


def _ports(a: report.Analysis) -> Table:
    ports = [("input", x) for x in a.inputs] + [("output", x) for x in a.outputs]
    columns = (":", "tensor:", "shape:", "type:", "bytes", "scale", "zero point")
    return table(
        columns,
        [
            (
                kind,
                escape(report.short_name(x.name)),
                report.shape_text(x.shape),
                x.dtype,
                x.nbytes,
                *quant,
            )
            for kind, x in ports
            for quant in [report.port_quant(x)]
        ],
    )


def layer_table(layers: Sequence[report.LayerInfo]) -> Table:
    """What each layer holds and costs."""
    columns = ("seg", "layer", "operator:", "model:", "output:", "rows held", "of", "steps",
               "bytes", "arena %", "MACs", "weights", "kernel:")  # fmt: skip
    return table(
        columns,
        [
            (
                x.segment,
                x.index,
                x.op,
                "+".join(map(str, x.origins)) or "-",
                report.shape_text(x.shape),
                x.rows_held,
                x.rows,
                x.steps,
                x.band_bytes,
                f"{x.arena_share:.1f}",
                x.macs,
                x.weights_bytes,
                x.kernel,
            )
            for x in layers
        ],
    )


def _bands(a: report.Analysis) -> Table:
    columns = ("band", "kind:", "made by", "rows held", "of", "bytes", "offset", "first step",
               "last step", "tensor:")  # fmt: skip
    return table(
        columns,
        [
            (x.number, x.kind, _layer(x.made_by), *_rows(x), x.size, x.offset,
             x.first, x.last, escape(report.short_name(x.name)))
            for x in a.bands
        ],
    )  # fmt: skip


def _layer(number: int | None) -> str:
    return "-" if number is None else str(number)


def _rows(band: report.BandInfo) -> tuple[object, object]:
    return (band.rows_held, band.rows) if band.rows else ("-", "-")


def _memory(a: report.Analysis) -> list[str]:
    p = a.program
    return [
        f"arena {p.arena_bytes:,} bytes: {a.overhead} % above the lower bound of "
        f"{a.lower_bound:,}. {report.saving_text(a)}",
        f"flash {a.flash_bytes:,} bytes without code: constants {a.weights_bytes:,}, "
        f"schedule {a.weave_bytes:,}",
        f"peak: {report.peak_text(a)}",
    ]


def _peak(a: report.Analysis) -> Table:
    columns = ("bytes in use", "rows held", "of", "made by", "read by:", "tensor:")
    return table(
        columns,
        [
            (held, *_rows(x), _layer(x.made_by),
             ", ".join(map(str, x.read_by)) or "the caller", escape(report.short_name(x.name)))
            for x, held in a.peak.bands
        ],
    )  # fmt: skip
