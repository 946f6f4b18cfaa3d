"""Program: everything decided, nothing printed. What the driver hands to emit."""

from __future__ import annotations

from dataclasses import dataclass

from weft.errors import CompileError
from weft.ir import Graph, TensorId
from weft.ops.base import Params
from weft.ops.totals import graph_macs
from weft.select import Call
from weft.target import Target
from weft.weave import Arrangement, Band, Claim, Layer

_U16 = 0xFFFF
_I16_MAX = 0x7FFF


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled model before it becomes text. `plan` has passed the checker."""

    name: str  # C prefix
    source: str  # file name of the model
    sha256: str  # of the model file
    model: Graph  # as the frontend gave it, with the inputs that the caller brings
    graph: Graph  # after all passes
    target: Target
    optimize: str
    calls: tuple[Call, ...]
    params: tuple[Params, ...]  # of each call's kernel
    arrangement: Arrangement
    plan: Claim
    input_rows: bool = False
    input_type: str = "model"
    passes: tuple[str, ...] = ()  # what each pass changed, a line each

    @property
    def layers(self) -> tuple[Layer, ...]:
        """One for each call, then one for each input that comes row by row."""
        return tuple(self.plan.layers)

    @property
    def arena_bytes(self) -> int:
        """All that the caller provides for one inference but the stack and the handle."""
        return self.plan.arena_bytes

    @property
    def lower_bound(self) -> int:
        """The least arena that any plan of these steps needs, with the states of other models."""
        others = self.plan.work - len(self.plan.region)
        return self.arrangement.problem.lower_bound + others

    @property
    def macs(self) -> int:
        """Multiply-accumulates of the compiled graph."""
        return graph_macs(self.graph)

    def model_shape(self, tensor: TensorId) -> tuple[int, ...]:
        """The shape that the model gives an input or output; passes may have changed it."""
        model, graph = self.model, self.graph
        ports = zip((*graph.inputs, *graph.outputs), (*model.inputs, *model.outputs), strict=True)
        return next(model[given].shape for t, given in ports if t == tensor)

    @property
    def row_tables(self) -> tuple[tuple[int, ...], ...]:
        """The different tables of first rows that inputs of layers have."""
        tables = (r.table for layer in self.layers for r in layer.reads if r.table)
        return tuple(dict.fromkeys(tables))

    @property
    def joined(self) -> dict[TensorId, TensorId]:
        """The tensors that are made as parts of others, with those."""
        writers = (w for layer in self.layers for w in layer.writes if w.part)
        return {w.made: w.tensor for w in writers}

    def owner(self, tensor: TensorId) -> TensorId:
        """The tensor whose bytes this one shares; itself when it is no view."""
        return self.plan.owners.get(tensor, tensor)

    def band(self, tensor: TensorId) -> Band:
        """How a tensor lies in memory."""
        return self.plan.bands[tensor]

    def offset(self, tensor: TensorId) -> int:
        """Arena offset of a band's first byte."""
        return self.plan.offsets[self.owner(tensor)]


def check_limits(program: Program) -> None:
    """Refuse what the executor's 16-bit tables cannot say."""
    for band in program.plan.bands.values():
        tensor = program.graph[band.tensor]
        if max(band.height, band.lead, band.trail) > _U16:
            raise CompileError(
                f"{band.height} rows with a border of {max(band.lead, band.trail)} bytes",
                where=f'tensor {tensor.origin} "{tensor.name}"',
                hint=f"the executor takes {_U16} rows and border bytes",
            )
    for call, layer in zip(program.calls, program.layers, strict=False):
        by_rows = [r for r in layer.reads if not r.whole]
        counts = [layer.steps, *(r.count for r in by_rows), *(r.advance + 1 for r in by_rows)]
        starts = [row for r in by_rows for row in (r.start, *r.table)]
        if max(counts) > _U16 or not _fit_i16(starts):
            raise CompileError(
                f"a window of {max(counts)} rows",
                where=f"operator {call.node.op.upper()}",
                hint=f"the executor takes {_U16} rows and steps",
            )
    if sum(map(len, program.row_tables)) > _I16_MAX:
        raise CompileError(f"row tables of more than {_I16_MAX} rows")


def _fit_i16(numbers: list[int]) -> bool:
    return all(-_I16_MAX - 1 <= number <= _I16_MAX for number in numbers)
