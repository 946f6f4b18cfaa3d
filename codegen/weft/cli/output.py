"""How commands speak: tables and messages on the console, or one JSON document."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from rich.console import Console
from rich.table import Table

_WIDTH = 160  # columns of output that goes to a file or a pipe


def fail(message: str) -> NoReturn:
    """Say one line on stderr and leave with exit code 2."""
    line = " ".join(message.split())
    print(f"weft: error: {line}", file=sys.stderr)
    sys.exit(2)


def console(as_json: bool) -> Console:
    """Where people read: stderr when stdout carries JSON."""
    stream = sys.stderr if as_json else sys.stdout
    width = None if stream.isatty() else _WIDTH
    return Console(stderr=as_json, highlight=False, width=width)


def print_json(document: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(document, indent=1))


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """A plain table; a column whose name ends in a colon is text, others are numbers."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        text = column.endswith(":")
        made.add_column(column.rstrip(":"), justify="left" if text else "right", no_wrap=not text)
    for row in rows:
        made.add_row(*(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row))
    return made
