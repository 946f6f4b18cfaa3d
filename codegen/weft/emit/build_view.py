"""Program -> LibraryView: every name is chosen and every number worked out here."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from weft.emit.arrays import array_view, shape_text
from weft.emit.literals import c_comment, c_number
from weft.emit.ports import Vector, ports, vector_view
from weft.emit.state_view import initial_arrays, state_view
from weft.emit.view import (
    ArrayView,
    FieldView,
    LayerView,
    LibraryView,
    PushedView,
    TensorView,
)
from weft.ir import Tensor, TensorId
from weft.ops import REGISTRY
from weft.program import Program
from weft.resources import RUNTIME
from weft.version import __version__
from weft.weave import Band, Reader, Writer
from weft.weave.encode import encode

_ABI = re.compile(r"^#define WEFT_RUNTIME_ABI (\d+)$", re.MULTILINE)


def library_view(program: Program, vectors: Sequence[Vector] = ()) -> LibraryView:
    """The view of a program; `vectors` are stored for the self-test."""
    return _Builder(program).build(vectors)


@dataclass(frozen=True, slots=True)
class _Params:
    """A layer's parameter struct with its arrays split off."""

    fields: tuple[FieldView, ...]
    arrays: tuple[ArrayView, ...]


class _Builder:
    def __init__(self, program: Program) -> None:
        self.p, self.joined = program, program.joined
        self.bands = self._executor_bands()
        self.band_place = {key: f"&bands[{i}]" for i, key in enumerate(self.bands)}
        self.params = [self._params(i) for i in range(len(program.calls))]
        self.zero_rows = self._zero_rows()
        starts = itertools.accumulate(map(len, program.row_tables), initial=0)
        self.table_start = dict(zip(program.row_tables, starts, strict=False))

    def build(self, vectors: Sequence[Vector]) -> LibraryView:
        p, state = self.p, state_view(self.p)
        arrays = (a for params in self.params for a in params.arrays)
        layers = tuple(self._layer(i) for i in range(len(p.calls)))
        kernels = [c.kernel for c in p.calls]
        inputs = ports(p, "input")
        outputs = ports(p, "output")
        return LibraryView(
            name=p.name,
            macro=p.name.upper(),
            source=c_comment(p.source, most=40),
            sha256=p.sha256,
            target=p.target.name,
            version=__version__,
            abi=_runtime_abi(),
            arena_bytes=p.arena_bytes,
            lower_bound=p.lower_bound,
            input_bytes=sum(x.nbytes for x in inputs),
            output_bytes=sum(x.nbytes for x in outputs),
            weights_bytes=weights_bytes(p),
            macs=p.macs,
            layer_count=len(p.layers),
            max_in=max(1, *(sum(_pointers(r) for r in layer.reads) for layer in p.layers)),
            max_out=max(self._out_pointers(i) for i in range(len(p.layers))),
            steps=len(p.plan.weave),
            inputs=inputs,
            outputs=outputs,
            layers=layers,
            pushed=tuple(self._pushed(i) for i in range(len(layers), len(p.layers))),
            input_rows=p.input_rows,
            input_whole=not p.input_rows,
            bands=tuple(self.bands.values()),
            zero_rows=tuple(self.zero_rows.values()),
            row_table=self._row_table(),
            arrays=(*arrays, *initial_arrays(state)),
            state=state,
            again=f"{p.name}_{'next' if state else 'reset'}",
            weave=array_view("weave", np.frombuffer(encode(tuple(p.plan.weave)), np.uint8), ""),
            headers=tuple(sorted({k.header for k in kernels})),
            sources=tuple(sorted({"executor.c"}.union(*(k.sources for k in kernels)))),
            has_selftest=bool(vectors),
            vectors=tuple(vector_view(i, v) for i, v in enumerate(vectors)),
        )

    def _params(self, number: int) -> _Params:
        fields, arrays = [], []
        for name, value in self.p.params[number].items():
            if isinstance(value, np.ndarray):
                symbol = f"{self.p.name}_l{number:02d}_{name.replace('.', '_')}"
                about = f"{self._function(number)}, {shape_text(value.shape)}, {value.nbytes} bytes"
                arrays.append(array_view(symbol, value, about))
                fields.append(FieldView(name, symbol))
            else:
                fields.append(FieldView(name, c_number(value)))
        return _Params(tuple(fields), tuple(arrays))

    def _function(self, number: int) -> str:
        return f"l{number:02d}_{self.p.calls[number].node.op}"

    def _layer(self, number: int) -> LayerView:
        call, layer = self.p.calls[number], self.p.layers[number]
        operator, kernel = REGISTRY[call.node.op], call.kernel
        function = self._function(number)
        readers = tuple(self._reader(r) for r in layer.reads)
        return LayerView(
            function=function,
            tflite=operator.tflite,
            origins=_origins(call.node.origins),
            kernel=kernel.symbol,
            struct=kernel.struct,
            why=kernel.why,
            macs=operator.macs(call.op),
            inputs=tuple(self._tensor(t) for t in self.p.graph.activations(call.node)),
            outputs=tuple(self._tensor(t) for t in call.node.outputs),
            fields=self.params[number].fields,
            readers=readers,
            writers=self._writers(number),
            row=self._row(number, function, f"{function}_in" if readers else "NULL", function),
        )

    def _pushed(self, number: int) -> PushedView:
        """The layer that stands for the rows of an input; its run is empty."""
        port = ports(self.p, "input")[number - len(self.p.calls)]
        return PushedView(
            function=port.accessor,
            number=number,
            writers=self._writers(number),
            row=self._row(number, "NULL", "NULL", port.accessor),
        )

    def _writers(self, number: int) -> str:
        layer = self.p.layers[number]
        bands = [(w.made, self._flat(w)) for w in layer.writes]
        bands += [(u.after, self._tall(u.after)) for u in layer.updates]
        return ", ".join(self.band_place[band] for band in bands)

    def _row(self, number: int, run: str, readers: str, prefix: str) -> str:
        """A layer's line in the executor's table."""
        layer = self.p.layers[number]
        accumulate = any(w.accumulate for w in layer.writes)
        writers = (*layer.writes, *layer.updates)
        block = self._out_pointers(number) // len(writers)
        work = self.p.plan.scratch.get(number, 0), self.p.plan.state.get(number, 0)
        counts = (len(layer.reads), len(writers), layer.steps, block)
        bordered = max((self.p.band(w.made).bordered for w in layer.writes), default=0)
        numbers = (*work, *counts, 0 if accumulate else block, bordered)
        return ", ".join([run, readers, f"{prefix}_out", *map(str, numbers)])

    def _out_pointers(self, number: int) -> int:
        """Row pointers of a step: as many for each output, and for each updated tensor."""
        layer = self.p.layers[number]
        block = max(1 if w.whole else w.block for w in layer.writes)
        return block * (len(layer.writes) + len(layer.updates))

    def _reader(self, reader: Reader) -> str:
        band = self.p.band(reader.tensor)
        outside = "NULL"
        if not reader.whole and not reader.null_outside:
            outside = self.zero_rows[band.fill].symbol if self._leaves_image(reader) else "NULL"
        start, advance = (0, "0") if reader.whole else (reader.start, str(reader.advance))
        if reader.table:
            start, advance = self.table_start[reader.table], "WEFT_BY_TABLE"
        numbers = (start, _pointers(reader), advance, reader.lead * reader.pixel)
        return ", ".join([outside, self.band_place[reader.tensor, False], *map(str, numbers)])

    def _leaves_image(self, reader: Reader) -> bool:
        # Layers of different length may read alike: the longest decides.
        steps = max(x.steps for x in self.p.layers if reader in x.reads)
        first = reader.first_rows(steps)
        past = first.max() + reader.count > self.p.band(reader.tensor).height
        return bool(first.min() < 0 or past)

    def _zero_rows(self) -> dict[int, ArrayView]:
        """For each zero point one row, long enough for every layer that reads past an edge."""
        longest: dict[int, int] = {}
        for layer in self.p.layers:
            for r in layer.reads:
                if r.whole or r.null_outside or not self._leaves_image(r):
                    continue
                band = self.p.band(r.tensor)
                length = (r.lead + r.trail) * r.pixel + band.payload
                longest[band.fill] = max(longest.get(band.fill, 0), length)
        return {
            fill: array_view(
                f"zero_row_{str(fill).replace('-', 'm')}", np.full(n, fill, np.int8), ""
            )
            for fill, n in sorted(longest.items())
        }

    def _row_table(self) -> ArrayView | None:
        """The first rows of all inputs that have a table, one table behind the other."""
        rows = [row for table in self.p.row_tables for row in table]
        return array_view("rows", np.array(rows, np.int16), "") if rows else None

    def _executor_bands(self) -> dict[tuple[TensorId, bool], str]:
        """The table of bands. A tensor that is written whole is also there as a single row."""
        found = {(t, False): self._band(self.p.band(t)) for t in sorted(self.p.plan.bands)}
        for layer in self.p.layers:
            flat = [w.tensor for w in layer.writes if self._flat(w)]
            for t in (*flat, *(u.after for u in layer.updates if self._tall(u.after))):
                size = self.p.band(t).size
                row = replace(self.p.band(t), height=1, rows=1, payload=size, stride=size)
                found[t, True] = self._band(row)
        return found

    def _flat(self, writer: Writer) -> bool:
        return writer.whole and self._tall(writer.tensor)

    def _tall(self, tensor: TensorId) -> bool:
        return self.p.band(tensor).height > 1

    def _band(self, band: Band) -> str:
        numbers = (self.p.offset(band.tensor) + band.lead, band.stride, band.payload, band.rows,
                   band.height, band.lead, band.trail, band.fill, int(band.joint),
                   band.first)  # fmt: skip
        return ", ".join(map(str, numbers))

    def _tensor(self, tensor: TensorId) -> TensorView:
        t, band = self.p.graph[tensor], self.p.band(tensor)
        joined = self.joined.get(tensor)
        rows = "whole" if band.held == band.height else f"{band.held} of {band.height} rows"
        return TensorView(
            name=c_comment(t.name),
            c_type=t.dtype.c_name,
            shape=shape_text(t.shape),
            quant=_quant(t),
            rows=rows,
            begin=self.p.offset(tensor),
            end=self.p.offset(tensor) + band.size,
            joined="" if joined is None else c_comment(self.p.graph[joined].name, most=64),
        )


def weights_bytes(program: Program) -> int:
    """Bytes of all constants of all layers in flash, and of the states that are no fill."""
    values = (v for params in program.params for v in params.values())
    initials = initial_arrays(state_view(program))
    return sum(v.nbytes for v in values if isinstance(v, np.ndarray)) + sum(
        x.count for x in initials
    )


def _pointers(reader: Reader) -> int:
    return 1 if reader.whole else reader.count


def _origins(origins: tuple[int, ...]) -> str:
    if not origins:
        return "made by the compiler"
    return f"operator {' + '.join(map(str, origins))} of the model"


def _quant(t: Tensor) -> str:
    return "" if t.quant is None else f", scale {t.q.s:.9g}, zero point {t.q.zp}"


def _runtime_abi() -> int:
    match = _ABI.search((RUNTIME / "include/weft/weft.h").read_text(encoding="utf-8"))
    assert match is not None
    return int(match[1])
