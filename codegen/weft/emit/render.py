"""Run the templates and collect the runtime files that the library needs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from weft.emit.build_view import Vector, library_view
from weft.emit.literals import FILTERS
from weft.emit.manifest import manifest, summary
from weft.emit.view import LibraryView
from weft.program import Program
from weft.resources import RUNTIME, TEMPLATES

_INCLUDE = '#include "weft/'


@cache
def environment() -> Environment:
    """The Jinja environment of all templates: an undefined name is an error."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    env.filters.update(FILTERS)
    return env


def render(program: Program, vectors: Sequence[Vector] = ()) -> dict[str, str]:
    """File name -> text, in a fixed order. Same program, same bytes."""
    lib = library_view(program, vectors)
    files = _generated(lib)
    for folder, names in (
        ("include/weft", sorted(_with_includes(lib.sources))),
        ("src", lib.sources),
    ):
        for name in names:
            files[f"weft/{name}"] = (RUNTIME / folder / name).read_text(encoding="utf-8")
    files[f"{lib.name}.json"] = manifest(program, lib, (*files, f"{lib.name}.json"))
    return files


def report(program: Program) -> dict[str, Any]:
    """Sizes, layers and the names of the files: what `weft compile --json` prints."""
    return summary(program, library_view(program), tuple(render(program)))


def _generated(lib: LibraryView) -> dict[str, str]:
    env = environment()
    suffixes = [".h", ".c", "_weights.h", "_weights.c"]
    if lib.has_selftest:
        suffixes.append("_selftest.c")
    files = {f"{lib.name}{s}": env.get_template(f"model{s}.j2").render(lib=lib) for s in suffixes}
    files["CMakeLists.txt"] = env.get_template("CMakeLists.txt.j2").render(lib=lib)
    return files


def _with_includes(sources: Sequence[str]) -> set[str]:
    """The headers that some runtime sources need, and quantize.h, which the interface needs."""
    found = {"quantize.h"}
    waiting: list[Path] = [RUNTIME / "src" / name for name in sources]
    while waiting:
        for line in waiting.pop().read_text(encoding="utf-8").splitlines():
            name = line.removeprefix(_INCLUDE).rstrip('"')
            if line.startswith(_INCLUDE) and name not in found:
                found.add(name)
                waiting.append(RUNTIME / "include/weft" / name)
    return found
