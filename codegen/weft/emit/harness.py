"""The C that `weft verify` adds to a library: it records every row of every layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from weft.emit.build_view import library_view
from weft.emit.render import environment
from weft.emit.view import PortView
from weft.ir import Place, TensorId
from weft.ops.base import Values
from weft.program import Program
from weft.resources import RUNTIME
from weft.target import Emulator
from weft.weave.layers import Part

_FILES = ("harness.h", "main.c", "files.h", "files_stdio.c", "files_semihosting.c",
          "semihosting.h", "startup.c")  # fmt: skip


@dataclass(frozen=True, slots=True)
class TracePort:
    """An input in a sample, or an output in a trace; `base` and `nbytes` in bytes."""

    accessor: str
    base: int
    nbytes: int


@dataclass(frozen=True, slots=True)
class JoinedRow:
    """The row of a joined tensor around that of a part: `before` bytes in front of it, `nbytes` in
    all; `base` is where it goes in the trace. So it is for the part's row 0: with each row `base`
    grows by `down`, or `before` by `along`. No bytes for what is no part."""

    base: int = 0
    before: int = 0
    nbytes: int = 0
    down: int = 0
    along: int = 0


@dataclass(frozen=True, slots=True)
class Recorded:
    """A tensor in a trace: `nbytes` from `base` on. Of a part whose pixels are apart, at its
    `place`, the bytes in between are there, too."""

    base: int
    nbytes: int
    place: Place | None = None

    def data(self, trace: Values) -> bytes:
        """The tensor's own bytes."""
        found = trace[self.base : self.base + self.nbytes]
        if self.place is not None:
            found = found.reshape(-1, self.place.span)[:, self.place.offsets]
        return found.tobytes()


@dataclass(frozen=True, slots=True)
class HarnessView:
    """Where everything lies in samples and traces."""

    trace_bases: tuple[int, ...]
    joined: tuple[JoinedRow, ...]  # for each of the trace bases; () if no tensor is joined in place
    first_outputs: tuple[int, ...]
    inputs: tuple[TracePort, ...]
    outputs: tuple[TracePort, ...]
    input_bytes: int
    trace_bytes: int
    tensors: dict[TensorId, Recorded]  # each that layers write


def harness_view(program: Program) -> HarnessView:
    """The layout of samples and traces of a program."""
    bases: list[int] = []
    first: list[int] = []
    tensors: dict[TensorId, Recorded] = {}
    parts = {w.made: w.part for layer in program.layers for w in layer.writes if w.part}
    at = 0
    for call in program.calls:
        first.append(len(bases))
        for t in call.node.outputs:
            bases.append(at)
            tensors[t] = _recorded(program, t, parts.get(t), at)
            at += tensors[t].nbytes
    for t in dict.fromkeys(program.joined.values()):
        tensors[t] = _recorded(program, t, None, at)
        at += tensors[t].nbytes
    made = (t for call in program.calls for t in call.node.outputs)
    joined = tuple(_joined_row(program, parts.get(t), tensors) for t in made) if parts else ()
    lib = library_view(program)
    inputs, input_bytes = _ports(lib.inputs, 0)
    outputs, trace_bytes = _ports(lib.outputs, at)
    return HarnessView(tuple(bases), joined, tuple(first), inputs, outputs, input_bytes,
                       trace_bytes, tensors)  # fmt: skip


def _recorded(program: Program, tensor: TensorId, part: Part | None, base: int) -> Recorded:
    if part is None:
        return Recorded(base, program.graph[tensor].nbytes)
    return Recorded(base, part.height * part.place.span, part.place)


def _joined_row(
    program: Program, part: Part | None, tensors: Mapping[TensorId, Recorded]
) -> JoinedRow:
    if part is None:
        return JoinedRow()
    joined, place = program.joined[part.tensor], part.place
    nbytes = program.band(joined).payload
    base, down = tensors[joined].base + place.row * nbytes, 0 if place.along else nbytes
    return JoinedRow(base, place.at, nbytes, down, place.along)


def _ports(ports: tuple[PortView, ...], at: int) -> tuple[tuple[TracePort, ...], int]:
    found = []
    for p in ports:
        found.append(TracePort(p.accessor, at, p.nbytes))
        at += p.nbytes
    return tuple(found), at


def harness(program: Program) -> dict[str, str]:
    """File name -> text of the verification program, without the library."""
    text = environment().get_template("harness.c.j2")
    files = {"harness.c": text.render(lib=library_view(program), h=harness_view(program))}
    for name in _FILES:
        files[name] = (RUNTIME / "verify" / name).read_text(encoding="utf-8")
    return files


def linker_script(emulator: Emulator) -> str:
    """The memory map of an emulated board."""
    apart = emulator.vectors_origin is not None
    text = environment().get_template("board.ld.j2")
    return text.render(board=emulator, apart=apart, vectors="VECTORS" if apart else "CODE")
