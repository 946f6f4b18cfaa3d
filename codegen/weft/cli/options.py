"""Arguments and options that several commands share."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from weft import driver, target, weave
from weft.cli.output import console
from weft.errors import CompileError
from weft.passes import PIPELINE

Model = Annotated[Path, typer.Argument(metavar="MODEL.tflite", show_default=False)]
Name = Annotated[str | None, typer.Option("--name", help="C prefix; default: from the file name.")]
TargetName = Annotated[str, typer.Option("--target", help=f"One of {', '.join(target.names())}.")]
Optimize = Annotated[
    str, typer.Option("--optimize", help=f"Goal of the schedule: {', '.join(weave.GOALS)}.")
]
Budget = Annotated[
    str | None,
    typer.Option("--ram-budget", metavar="BYTES", help="Largest arena, for example 32K."),
]
Input = Annotated[
    str, typer.Option("--input", help="How the input comes: whole, or rows (pushed one by one).")
]
InputType = Annotated[
    str,
    typer.Option(
        "--input-type",
        help="What the caller brings: model (as the model says), int8 (the model's QUANTIZE of an "
        "input is left to him), uint8 (camera bytes).",
    ),
]
Signature = Annotated[
    str | None, typer.Option("--signature", help="Which of the model's signatures.")
]
NoPass = Annotated[
    list[str] | None, typer.Option("--no-pass", metavar="NAME", help="Leave out a graph pass.")
]
Passes = Annotated[
    str | None,
    typer.Option("--passes", metavar="A,B", help="Run only these graph passes; 'list' shows all."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]


def compile_options(  # noqa: PLR0913 (an option each)
    *,
    name: str | None = None,
    target: str,
    variant: str | None = None,
    optimize: str,
    input_: str,
    input_type: str,
    signature: str | None,
    ram_budget: str | None = None,
    passes: str | None = None,
    no_pass: list[str] | None = None,
) -> driver.Options:
    """The driver's options from those of a command."""
    if input_ not in ("whole", "rows"):
        raise CompileError(f"unknown --input {input_!r}", hint="whole or rows")
    if passes == "list":
        list_passes()
        raise typer.Exit
    return driver.Options(
        name=name,
        target=target,
        variant=variant,
        optimize=optimize,
        ram_budget=size(ram_budget, "--ram-budget"),
        input_rows=input_ == "rows",
        input_type=input_type,
        signature=signature,
        passes=None if passes is None else tuple(filter(None, passes.split(","))),
        no_passes=tuple(no_pass or ()),
    )


def list_passes() -> None:
    """Print the graph passes in their order, with what they do."""
    for rewrite in PIPELINE:
        summary = (rewrite.__doc__ or "").split("\n")[0]
        console(False).print(f"[bold]{rewrite.__name__}[/bold]: {escape(summary)}")


def size(text: str | None, option: str) -> int | None:
    """Bytes from a text like 4096, 32K or 1M; None stays None."""
    if text is None:
        return None
    found = re.fullmatch(r"(\d+)\s*([kKmM]?)(?:i?[bB])?", text.strip())
    if not found:
        raise CompileError(f"{option} {text!r} is not a size", hint="for example 4096, 32K or 1M")
    return int(found[1]) << {"": 0, "k": 10, "m": 20}[found[2].lower()]


def positive(value: int, option: str) -> int:
    """A count that is at least one."""
    if value < 1:
        raise CompileError(f"{option} {value} is less than 1")
    return value
