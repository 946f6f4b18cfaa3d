"""The HTML page of `weft analyze`: what the template is given, and the text it makes.

Names come from the model, which nobody vouches for: this environment escapes everything. All
coordinates and all numbers are worked out by the caller; the template prints.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from weft.resources import TEMPLATES


@dataclass(frozen=True, slots=True)
class Path:
    """An SVG path; `kind` is its CSS class."""

    kind: str
    d: str


@dataclass(frozen=True, slots=True)
class Word:
    """A text at a point; `anchor` is start, middle or end. `turned` reads upwards."""

    kind: str
    x: str
    y: str
    text: str
    anchor: str = "start"
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Paths and words that belong together, with the text that appears under the pointer."""

    kind: str
    paths: tuple[Path, ...] = ()
    words: tuple[Word, ...] = ()
    title: str = ""
    number: str = ""  # of the band that is drawn


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawing, `width` x `height` units; later groups lie on top."""

    label: str
    width: int
    height: int
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A headline number."""

    caption: str
    value: str
    unit: str
    note: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; `span` rows high, and a bar of `share` percent behind it if given.

    `title` appears under the pointer.
    """

    text: str
    kind: str = ""
    span: int = 1
    share: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    cells: tuple[Cell, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Column titles with their CSS class, and rows."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The whole report."""

    title: str
    facts: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]
    memory_map: Chart
    peak_text: str
    peak_table: Table
    usage_chart: Chart
    usage_text: str
    layer_chart: Chart
    ports: Table
    layers: Table
    version: str


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,
    )


def report_html(page: Page) -> str:
    """The page as one self-contained HTML file. Same page, same bytes."""
    return _environment().get_template("report.html.j2").render(page=page)
