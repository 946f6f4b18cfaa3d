"""The C that `weft bench` adds to a library: a program that runs one inference."""

from __future__ import annotations

from dataclasses import replace

from weft.emit.build_view import library_view
from weft.emit.harness import harness_view
from weft.emit.render import environment
from weft.program import Program
from weft.resources import RUNTIME

# A model may be called main or files; its prefix cannot begin with weft.
_FILES = {
    "weft_bench.h": "bench/weft_bench.h",
    "weft_bench/main.c": "bench/main.c",
    "weft_bench/empty.c": "bench/empty.c",
    "weft_bench/files.h": "verify/files.h",
    "weft_bench/files_semihosting.c": "verify/files_semihosting.c",
    "weft_bench/semihosting.h": "verify/semihosting.h",
    "weft_bench/startup.c": "verify/startup.c",
}


def bench(program: Program) -> dict[str, str]:
    """File name -> text of the program, without the library; empty.c stands for no library."""
    text = environment().get_template("weft_bench.c.j2")
    view = harness_view(program)
    outputs = [replace(x, base=x.base - view.outputs[0].base) for x in view.outputs]
    main = text.render(lib=library_view(program), inputs=view.inputs, outputs=outputs)
    files = {"weft_bench.c": main}
    for name, source in _FILES.items():
        files[name] = (RUNTIME / source).read_text(encoding="utf-8")
    return files


def layer_functions(program: Program) -> tuple[str, ...]:
    """The name of the generated function of each layer, in their order."""
    return tuple(layer.function for layer in library_view(program).layers)
