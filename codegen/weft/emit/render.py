"""Run the templates and collect the runtime files that the library needs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from weft.emit.build_view import library_view
from weft.emit.literals import FILTERS
from weft.emit.manifest import manifest, summary
from weft.emit.ports import Vector
from weft.emit.view import GroupView, LibraryView
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


Compiled = tuple[Program, Sequence[Vector]]
"""A program and the inferences that its self-test stores."""


def render(program: Program, vectors: Sequence[Vector] = ()) -> dict[str, str]:
    """File name -> text of one library, in a fixed order. Same program, same bytes."""
    return render_together([(program, vectors)], shared_arena=False)


def render_together(compiled: Sequence[Compiled], *, shared_arena: bool) -> dict[str, str]:
    """The files of several libraries in one folder; their kernels are there once.

    With `shared_arena` a header sizes one arena that all of them may use in turn.
    """
    libs = [library_view(program, vectors) for program, vectors in compiled]
    group = GroupView(
        name=libs[0].name,
        libs=tuple(libs),
        sources=tuple(sorted({s for lib in libs for s in lib.sources})),
        arena_bytes=max(lib.arena_bytes for lib in libs),
    )
    files: dict[str, str] = {}
    for lib in libs:
        files |= _generated(lib)
    env = environment()
    files["CMakeLists.txt"] = env.get_template("CMakeLists.txt.j2").render(group=group)
    if shared_arena:
        files["shared_arena.h"] = env.get_template("shared_arena.h.j2").render(group=group)
    for name in sorted(_with_includes(group.sources)):
        files[f"weft/{name}"] = (RUNTIME / "include/weft" / name).read_text(encoding="utf-8")
    for name in group.sources:
        files[f"weft/{name}"] = (RUNTIME / "src" / name).read_text(encoding="utf-8")
    names = (*files, *(f"{lib.name}.json" for lib in libs))
    for (program, _), lib in zip(compiled, libs, strict=True):
        files[f"{lib.name}.json"] = manifest(program, lib, names)
    return files


def report(program: Program) -> dict[str, Any]:
    """Sizes, layers and the names of the files: what `weft compile --json` prints."""
    return summary(program, library_view(program), tuple(render(program)))


def _generated(lib: LibraryView) -> dict[str, str]:
    env = environment()
    suffixes = [".h", ".c", "_weights.h", "_weights.c"]
    if lib.has_selftest:
        suffixes.append("_selftest.c")
    return {f"{lib.name}{s}": env.get_template(f"model{s}.j2").render(lib=lib) for s in suffixes}


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
