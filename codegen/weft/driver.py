"""The whole compiler, in order. Read this file first."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from weft import frontend, passes, plan, select, target, weave
from weft.errors import CompileError
from weft.ir import Graph, dump, verify
from weft.program import Program, check_limits

Trace = Callable[[str, str], None]

# Streaming costs no arithmetic and hardly any time, so `balanced` takes all the memory it saves;
# a layer-by-layer weave needs the fewest bytes of flash.
_SEGMENTS: dict[str, Callable[[weave.Setting], tuple[tuple[int, ...], ...]]] = {
    "balanced": weave.least_memory,
    "ram": weave.least_memory,
    "latency": weave.layer_by_layer,
    "flash": weave.layer_by_layer,
}
OPTIMIZE = tuple(_SEGMENTS)
_ALIGNMENT = 4  # bytes: what int32 accumulators and float rows need


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asks for."""

    name: str | None = None  # C prefix; None takes it from the file name
    target: str = "generic"
    optimize: str = "balanced"
    input_rows: bool = False  # the caller brings the input row by row


def _no_trace(stage: str, text: str) -> None:
    pass


def read_model(path: Path) -> bytes:
    """The bytes of a model file."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CompileError(f"cannot read {path}: {error.strerror}") from None


def compile_model(model: bytes, source: str, options: Options, trace: Trace = _no_trace) -> Program:
    """Compile one model; `source` is its file name. Raises CompileError."""
    chosen = target.load(options.target)
    if options.optimize not in OPTIMIZE:
        raise CompileError(
            f"unknown goal {options.optimize!r}", hint=f"--optimize takes {', '.join(OPTIMIZE)}"
        )
    name = c_prefix(options.name or Path(source).stem, given=options.name is not None)

    loaded = frontend.load(model, name)
    trace("frontend", dump(loaded))

    graph = loaded
    for rewrite in passes.PIPELINE:
        graph = _checked(rewrite(graph), rewrite.__name__, trace)
    graph = select.legalize(graph, chosen, input_rows=options.input_rows)
    graph = _checked(graph, "legalize", trace)

    calls = select.select(graph, chosen)
    layers = weave.layers(graph, calls, input_rows=options.input_rows)
    setting = weave.Setting.of(
        graph, layers, row_alignment=chosen.row_alignment, alignment=_ALIGNMENT
    )
    segments = _SEGMENTS[options.optimize](setting)
    arrangement = weave.arrange(setting, segments)
    claim = weave.claim(setting, arrangement, plan.place(arrangement.problem))
    weave.check(claim)

    program = Program(
        name=name,
        source=source,
        sha256=hashlib.sha256(model).hexdigest(),
        model=loaded,
        graph=graph,
        target=chosen,
        optimize=options.optimize,
        calls=calls,
        params=tuple(call.kernel.params(call.op) for call in calls),
        arrangement=arrangement,
        plan=claim,
        input_rows=options.input_rows,
    )
    check_limits(program)
    return program


def _checked(graph: Graph, stage: str, trace: Trace) -> Graph:
    verify(graph)
    trace(stage, dump(graph))
    return graph


def write(files: dict[str, str], folder: Path) -> None:
    """Write a library; nothing is touched when the folder cannot be written."""
    try:
        for name in files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise CompileError(f"cannot write {error.filename}: {error.strerror}") from None


def c_prefix(text: str, *, given: bool) -> str:
    """A C identifier from a file name; a name that the user gives must be one already."""
    if given and not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", text):
        raise CompileError(f"--name {text!r} is not a C identifier", hint="use letters, digits, _")
    safe = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_").lower() if not given else text
    return safe if safe[:1].isalpha() else f"model_{safe}".rstrip("_")
