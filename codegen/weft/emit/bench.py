"""The C that `weft bench` adds to a library: a program that runs one inference."""

from __future__ import annotations

from weft.emit.build_view import library_view
from weft.emit.harness import harness_view
from weft.emit.render import environment
from weft.program import Program
from weft.resources import RUNTIME

_FILES = {
    "bench": ("bench.h", "empty.c", "main.c"),
    "verify": ("files.h", "files_semihosting.c", "semihosting.h", "startup.c"),
}


def bench(program: Program) -> dict[str, str]:
    """File name -> text of the program, without the library; empty.c stands for no library."""
    text = environment().get_template("bench.c.j2")
    files = {"bench.c": text.render(lib=library_view(program), h=harness_view(program))}
    for folder, names in _FILES.items():
        for name in names:
            files[name] = (RUNTIME / folder / name).read_text(encoding="utf-8")
    return files


def layer_functions(program: Program) -> tuple[str, ...]:
    """The name of the generated function of each layer, in their order."""
    return tuple(layer.function for layer in library_view(program).layers)
