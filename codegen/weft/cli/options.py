"""Arguments and options that several commands share."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from weft import target, weave
from weft.errors import CompileError

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
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]


def size(text: str | None, option: str) -> int | None:
    """Bytes from a text like 4096, 32K or 1M; None stays None."""
    if text is None:
        return None
    found = re.fullmatch(r"(\d+)\s*([kKmM]?)(?:i?[bB])?", text.strip())
    if not found:
        raise CompileError(f"{option} {text!r} is not a size", hint="for example 4096, 32K or 1M")
    return int(found[1]) << {"": 0, "k": 10, "m": 20}[found[2].lower()]


def rows_wanted(how: str) -> bool:
    """Whether --input asks for rows."""
    if how not in ("whole", "rows"):
        raise CompileError(f"unknown --input {how!r}", hint="whole or rows")
    return how == "rows"


def positive(value: int, option: str) -> int:
    """A count that is at least one."""
    if value < 1:
        raise CompileError(f"{option} {value} is less than 1")
    return value
