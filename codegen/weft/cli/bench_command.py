"""`weft bench`: what one inference costs on an emulated board."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from weft import bench as meter
from weft import driver
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
from weft.errors import CompileError
from weft.verify import RunError


def bench(
    model: Model,
    target: TargetName = "cortex-m4",
    optimize: Optimize = "balanced",
    input_: Input = "whole",
    input_type: InputType = "model",
    signature: Signature = None,
    ram_budget: Budget = None,
    no_pass: NoPass = None,
    previous: Annotated[
        Path | None,
        typer.Option("--compare", metavar="PREVIOUS.json",
                     help="Show what changed; exit code 1 when a total is over 1 % worse."),
    ] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Count instructions, cycles, flash and RAM of one inference on an emulated board."""
    people = console(as_json)
    before = None if previous is None else _stored(previous)
    data = driver.read_model(model)
    options = compile_options(
        target=target,
        optimize=optimize,
        input_=input_,
        input_type=input_type,
        signature=signature,
        ram_budget=ram_budget,
        no_pass=no_pass,
    )
    program = driver.compile_model(data, model.name, options)
    try:
        figures = meter.measure(program, data)
    except RunError as error:
        people.print(f"NOT measured: {error}", markup=False)
        if as_json:
            print_json({"target": target, "bit_exact": False, "error": str(error)})
        raise typer.Exit(1) from None
    found = meter.document(figures)
    changes = [] if before is None else meter.compare(before, found)
    if as_json:
        print_json(found if before is None else found | {"changes": _changes(changes)})
    _print(people, found)
    if before is not None:
        people.print(_change_table(changes) if changes else "nothing changed")
    worse = [c.figure for c in changes if c.worse]
    if worse:
        people.print(f"worse by more than 1 %: {', '.join(worse)}", markup=False)
    if worse or not figures.bit_exact:
        raise typer.Exit(1)


def _stored(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CompileError(f"cannot read {path}: {error}") from None


def _print(people: Console, found: meter.Document) -> None:
    total, ram, flash = found["total"], found["ram"], found["flash"]
    people.print(
        f"{found['name']} for {found['target']}, {found['optimize']}, input {found['input']}",
        markup=False,
    )
    people.print(_layer_table(found))
    if total["est_cycles"] is None:
        people.print(f"engine {found['engine']}: instructions of the whole inference only")
    else:
        people.print(f"cycles: {found['timings']}", markup=False)
    people.print(
        f"flash {flash['total']:,} bytes: code {flash['code']:,} (kernels {flash['kernels']:,}), "
        f"constants {flash['constants']:,}, rest {flash['rest']:,}"
    )
    people.print(
        f"RAM: arena {ram['arena']:,} bytes, static {ram['static']:,}, stack {ram['stack']:,}"
    )
    word = "bit-exact" if found["bit_exact"] else "NOT bit-exact"
    people.print(f"{word}: output compared with {found['reference']}", markup=False)


def _layer_table(found: meter.Document) -> Table:
    rows = [(str(x["index"]), x["op"], x) for x in found["layers"]]
    rows += [("", "executor", found["executor"]), ("", "in all", found["total"])]
    columns = ("layer", "operator:", "instructions", "cycles", "%", "MACs", "cycles/MAC")
    return table(columns, [_row(i, op, x, found["total"]["est_cycles"]) for i, op, x in rows])


def _row(index: str, op: str, cost: dict[str, Any], cycles: int | None) -> tuple[object, ...]:
    share = "-" if not cycles else f"{100 * cost['est_cycles'] / cycles:.1f}"
    rate = cost.get("cycles_per_mac")
    return (
        index,
        op,
        *("-" if cost[k] is None else cost[k] for k in ("instructions", "est_cycles")),
        share,
        cost.get("macs", "-"),
        "-" if rate is None else f"{rate:.2f}",
    )


def _changes(changes: list[meter.Change]) -> list[dict[str, Any]]:
    return [
        {"figure": c.figure, "before": c.before, "now": c.now, "worse": c.worse} for c in changes
    ]


def _change_table(changes: list[meter.Change]) -> Table:
    return table(
        ("changed:", "before", "now", "%"),
        [
            (
                c.figure,
                "-" if c.before is None else c.before,
                "-" if c.now is None else c.now,
                "-" if c.percent is None else f"{c.percent:+.2f}",
            )
            for c in changes
        ],
    )
