"""The whole compiler, in order. Read this file first."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from weft import frontend, passes, select, target, tradeoff, weave
from weft.errors import BudgetError, CompileError
from weft.ir import Graph, describe, dump, verify
from weft.ops import REGISTRY, OpView, rejection
from weft.program import Program, check_limits

Trace = Callable[[str, str], None]

# Macros and files are named after the prefix alone, so it may not be a word of the language.
_C_KEYWORDS = frozenset(
    "auto break case char class const continue default delete do double else enum extern float for "
    "goto if inline int long namespace new register restrict return short signed sizeof static "
    "struct switch template this typedef union unsigned void volatile while".split()
)


_FASTER = frozenset({"balanced", "latency"})  # goals that give memory for speed


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asks for."""

    name: str | None = None  # C prefix; None takes it from the file name
    target: str = "generic"
    variant: str | None = None  # a kernel set; None takes that of the target
    optimize: str = "balanced"
    ram_budget: int | None = None  # bytes; None takes the schedule of `optimize`
    passes: tuple[str, ...] | None = None  # names of the passes to run; None runs all
    no_passes: tuple[str, ...] = ()  # names of passes to leave out
    signature: str | None = None  # of the model, which may have several; None takes the first
    input_rows: bool = False  # the caller brings the input row by row
    input_type: str = "model"  # what the caller brings: one of passes.INPUT_TYPES


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
    chosen = target.with_variant(target.load(options.target), options.variant)
    name = c_prefix(options.name or Path(source).stem, given=options.name is not None)

    loaded = frontend.load(model, name, options.signature)
    trace("frontend", dump(loaded))
    loaded = passes.caller_inputs(loaded, options.input_type)
    verify(loaded)

    if options.input_rows and len(loaded.inputs) > 1:
        raise CompileError(
            f"the model has {len(loaded.inputs)} inputs; rows can be pushed into one",
            hint="compile it with --input whole",
        )

    rewrites = passes.chosen(loaded, options.passes, options.no_passes)
    wish = tradeoff.Wish(options.optimize, options.ram_budget, options.input_rows)
    task = _Task(loaded, chosen, wish)
    body, notes = _lying_or(_planned(task, rewrites, trace), task, rewrites)
    trace("legalize", dump(body.setting.graph))
    claim = weave.claim(body.setting, body.schedule.arrangement, body.schedule.placement)
    weave.check(claim)

    program = Program(
        name=name,
        source=source,
        sha256=hashlib.sha256(model).hexdigest(),
        model=loaded,
        graph=body.setting.graph,
        target=chosen,
        optimize=options.optimize,
        calls=body.calls,
        params=tuple(call.kernel.params(call.op) for call in body.calls),
        arrangement=body.schedule.arrangement,
        plan=claim,
        input_rows=options.input_rows,
        input_type=options.input_type,
        passes=notes,
    )
    check_limits(program)
    return program


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be planned."""

    graph: Graph
    target: target.Target
    wish: tradeoff.Wish


_Planned = tuple[tradeoff.Body, tuple[str, ...]]
"""A body, and lines that say what passes and other choices did."""


def _planned(task: _Task, rewrites: Sequence[passes.Pass], trace: Trace = _no_trace) -> _Planned:
    graphs, notes = _rewritten(task.graph, rewrites, trace)
    body, gain = _best(graphs, task.target, task.wish)
    return body, (*notes, *gain)


def _lying_or(planned: _Planned, task: _Task, rewrites: Sequence[passes.Pass]) -> _Planned:
    """What is planned, or the same with one-dimensional images left lying where that takes no more
    memory than the goal or the budget allows: a step makes a row of many pixels instead of one."""
    (body, notes), wish = planned, task.wish
    turned = any(note.startswith(f"{passes.upright.__name__}:") for note in notes)
    if not turned or wish.input_rows or wish.goal not in _FASTER:
        return planned
    try:
        other, found = _planned(task, [r for r in rewrites if r is not passes.upright])
    except BudgetError:
        return planned
    if wish.budget is None and wish.goal in tradeoff.SAVING and other.size > body.allowed:
        return planned
    return other, (*found, f"upright: left out, arena {body.size:,} to {other.size:,} bytes")


def _rewritten(
    graph: Graph, rewrites: Sequence[passes.Pass], trace: Trace
) -> tuple[list[Graph], tuple[str, ...]]:
    """The graph after some passes, in the model's order and in another one where that may be
    better, and a line for each pass that changed something."""
    notes = []
    for rewrite in rewrites:
        if rewrite is passes.order:
            continue
        before = graph
        graph = _checked(rewrite(before), rewrite.__name__, trace)
        if change := passes.changes(before, graph):
            notes.append(f"{rewrite.__name__}: {change}")
    _check_limits(graph)
    ordered = _checked(passes.order(graph), "order", trace) if passes.order in rewrites else graph
    return [graph] if ordered == graph else [graph, ordered], tuple(notes)


def _check_limits(graph: Graph) -> None:
    """What no pass has brought within the limits of kernels is refused."""
    for node in graph.nodes:
        reason = rejection(REGISTRY[node.op], OpView.of(graph, node))
        if reason is not None:
            raise CompileError(reason, where=describe(graph, node))


def _best(
    graphs: Sequence[Graph], chosen: target.Target, wish: tradeoff.Wish
) -> tuple[tradeoff.Body, list[str]]:
    """The body in which joins are made in place, unless that takes memory that the goal or the
    budget does not allow; and lines that say what was chosen. Raises BudgetError."""
    placed = [select.place_joins(graph, chosen) for graph in graphs]
    if placed == graphs:
        return _smallest(graphs, chosen, wish)
    try:
        body, gain = _smallest(placed, chosen, wish)
    except BudgetError:
        return _smallest(graphs, chosen, wish)
    if wish.budget is not None or wish.goal not in tradeoff.SAVING:
        return body, [*gain, "joins: in place"]
    other, other_gain = _smallest(graphs, chosen, wish)
    if body.size <= other.allowed:
        return body, [*gain, f"joins: in place, arena {other.size:,} to {body.size:,} bytes"]
    return other, [*other_gain, f"joins: as layers, in place they take {body.size:,} bytes"]


def _smallest(
    graphs: Sequence[Graph], chosen: target.Target, wish: tradeoff.Wish
) -> tuple[tradeoff.Body, list[str]]:
    """The first order's body that fits the budget, without one that with the smallest arena.

    And a line that says what another order than the model's gains. Raises BudgetError.
    """
    found: list[tradeoff.Body | None] = []
    over = None
    for graph in graphs:
        try:
            found.append(tradeoff.fastest(graph, chosen, wish))
        except BudgetError as error:
            found.append(None)
            over = over or error
        else:
            if wish.budget is not None:
                break
    bodies = [body for body in found if body is not None]
    if not bodies:
        assert over is not None
        raise over
    best = min(bodies, key=lambda body: body.size)
    if best is found[0]:
        return best, []
    before = "over the budget" if found[0] is None else f"{found[0].size:,}"
    return best, [f"order: arena {before} to {best.size:,} bytes"]


def _checked(graph: Graph, stage: str, trace: Trace) -> Graph:
    verify(graph)
    trace(stage, dump(graph))
    return graph


def share_arena(programs: Sequence[Program]) -> list[Program]:
    """The programs for one arena that they use in turn; what each keeps has its own bytes."""
    claims = weave.share_arena([program.plan for program in programs])
    for claim in claims:
        weave.check(claim)
    return [replace(p, plan=claim) for p, claim in zip(programs, claims, strict=True)]


def write(files: dict[str, str], folder: Path) -> None:
    """Write a library. All files are complete before the first is put in its place."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".weft-", dir=folder) as staging:
            for name, text in files.items():
                path = Path(staging) / name
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")
            for name in files:
                (folder / name).parent.mkdir(exist_ok=True)
                (Path(staging) / name).replace(folder / name)
    except OSError as error:
        raise CompileError(f"cannot write {error.filename}: {error.strerror}") from None


def c_prefix(text: str, *, given: bool) -> str:
    """A C identifier from a file name; a name that the user gives must be one already."""
    if not given:
        text = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_").lower()
        return text if _is_prefix(text) else f"model_{text}".rstrip("_")
    if not _is_prefix(text):
        raise CompileError(
            f"--name {text!r} cannot be a prefix of C names",
            hint="letters, digits and _, starting with a letter; no keyword, nothing like weft",
        )
    return text


def _is_prefix(text: str) -> bool:
    known = text in _C_KEYWORDS or text.lower().startswith("weft")
    return re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", text) is not None and not known
