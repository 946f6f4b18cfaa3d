"""Program -> LibraryView: every name is chosen and every number worked out here."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from weft.emit.literals import c_comment, c_number, c_numbers
from weft.emit.view import (
    ArrayView,
    FieldView,
    LayerView,
    LibraryView,
    PortView,
    PushedView,
    TensorView,
    VectorView,
)
from weft.ir import DType, Tensor, TensorId
from weft.ops import REGISTRY
from weft.ops.base import Values
from weft.program import Program
from weft.resources import RUNTIME
from weft.version import __version__
from weft.weave import Band, Reader, Writer
from weft.weave.encode import encode

_ABI = re.compile(r"^#define WEFT_RUNTIME_ABI (\d+)$", re.MULTILINE)
_C_TYPES = {np.dtype(d.value): d.c_name for d in DType} | {
    np.dtype("uint16"): "uint16_t",
    np.dtype("uint32"): "uint32_t",
}

Vector = tuple[Sequence[Values], Sequence[Values]]
"""Inputs and expected outputs of one inference."""


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
        self.p = program
        self.bands = self._executor_bands()
        self.band_number = {key: i for i, key in enumerate(self.bands)}
        self.params = [self._params(i) for i in range(len(program.calls))]
        self.zero_rows = self._zero_rows()
        starts = itertools.accumulate(map(len, program.row_tables), initial=0)
        self.table_start = dict(zip(program.row_tables, starts, strict=False))

    def build(self, vectors: Sequence[Vector]) -> LibraryView:
        p, graph = self.p, self.p.graph
        arrays = tuple(a for params in self.params for a in params.arrays)
        layers = tuple(self._layer(i) for i in range(len(p.calls)))
        kernels = [c.kernel for c in p.calls]
        inputs = self._ports("input", graph.inputs)
        outputs = self._ports("output", graph.outputs)
        return LibraryView(
            name=p.name,
            macro=p.name.upper(),
            source=c_comment(p.source, most=40),
            sha256=p.sha256,
            target=p.target.name,
            version=__version__,
            abi=_runtime_abi(),
            arena_bytes=p.arena_bytes,
            lower_bound=p.arrangement.problem.lower_bound,
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
            arrays=arrays,
            weave=_array("weave", np.frombuffer(encode(tuple(p.plan.weave)), np.uint8), ""),
            headers=tuple(sorted({k.header for k in kernels})),
            sources=tuple(sorted({"executor.c"}.union(*(k.sources for k in kernels)))),
            has_selftest=bool(vectors),
            vectors=tuple(self._vector(i, v) for i, v in enumerate(vectors)),
        )

    def _params(self, number: int) -> _Params:
        fields, arrays = [], []
        for name, value in self.p.params[number].items():
            if isinstance(value, np.ndarray):
                symbol = f"{self.p.name}_l{number:02d}_{name}"
                about = f"{self._function(number)}, {_shape(value.shape)}, {value.nbytes} bytes"
                arrays.append(_array(symbol, value, about))
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
        port = self._port(
            "input", number - len(self.p.calls), self.p.layers[number].writes[0].tensor
        )
        return PushedView(
            function=port.accessor,
            number=number,
            writers=self._writers(number),
            row=self._row(number, "NULL", "NULL", port.accessor),
        )

    def _writers(self, number: int) -> str:
        writes = self.p.layers[number].writes
        return ", ".join(str(self.band_number[w.tensor, self._flat(w)]) for w in writes)

    def _row(self, number: int, run: str, readers: str, prefix: str) -> str:
        """A layer's line in the executor's table."""
        layer = self.p.layers[number]
        accumulate = any(w.accumulate for w in layer.writes)
        block = self._out_pointers(number) // len(layer.writes)
        work = self.p.plan.scratch.get(number, 0), self.p.plan.state.get(number, 0)
        counts = (len(layer.reads), len(layer.writes), layer.steps, block)
        advance = 0 if accumulate else block
        return ", ".join([run, readers, f"{prefix}_out", *map(str, (*work, *counts, advance))])

    def _out_pointers(self, number: int) -> int:
        writers = self.p.layers[number].writes
        return sum(1 if w.whole else w.block for w in writers)

    def _reader(self, reader: Reader) -> str:
        band = self.p.band(reader.tensor)
        outside = "NULL"
        if not reader.whole and not reader.null_outside:
            outside = self.zero_rows[band.fill].symbol if self._leaves_image(reader) else "NULL"
        start, advance = (0, "0") if reader.whole else (reader.start, str(reader.advance))
        if reader.table:
            start, advance = self.table_start[reader.table], "WEFT_BY_TABLE"
        numbers = (start, _pointers(reader), advance, self.band_number[reader.tensor, False],
                   reader.lead * reader.pixel)  # fmt: skip
        return ", ".join([outside, *map(str, numbers)])

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
            fill: _array(f"zero_row_{str(fill).replace('-', 'm')}", np.full(n, fill, np.int8), "")
            for fill, n in sorted(longest.items())
        }

    def _row_table(self) -> ArrayView | None:
        """The first rows of all inputs that have a table, one table behind the other."""
        rows = [row for table in self.p.row_tables for row in table]
        return _array("rows", np.array(rows, np.int16), "") if rows else None

    def _executor_bands(self) -> dict[tuple[TensorId, bool], str]:
        """The table of bands. A tensor that is written whole is also there as a single row."""
        found = {(t, False): self._band(self.p.band(t)) for t in sorted(self.p.plan.bands)}
        for layer in self.p.layers:
            for w in filter(self._flat, layer.writes):
                size = self.p.band(w.tensor).size
                row = replace(self.p.band(w.tensor), height=1, rows=1, payload=size, stride=size)
                found[w.tensor, True] = self._band(row)
        return found

    def _flat(self, writer: Writer) -> bool:
        return writer.whole and self.p.band(writer.tensor).height > 1

    def _band(self, band: Band) -> str:
        numbers = (self.p.offset(band.tensor) + band.lead, band.stride, band.payload, band.rows,
                   band.height, band.lead, band.trail, band.fill)  # fmt: skip
        return ", ".join(map(str, numbers))

    def _tensor(self, tensor: TensorId) -> TensorView:
        t, band = self.p.graph[tensor], self.p.band(tensor)
        rows = "whole" if band.rows == band.height else f"{band.rows} of {band.height} rows"
        return TensorView(
            name=c_comment(t.name),
            c_type=t.dtype.c_name,
            shape=_shape(t.shape),
            quant=_quant(t),
            rows=rows,
            begin=self.p.offset(tensor),
            end=self.p.offset(tensor) + band.size,
        )

    def _ports(self, kind: str, tensors: Sequence[TensorId]) -> tuple[PortView, ...]:
        return tuple(self._port(kind, i, t) for i, t in enumerate(tensors))

    def _port(self, kind: str, number: int, tensor: TensorId) -> PortView:
        t, suffix = self.p.graph[tensor], f"_{number}" if number else ""
        quantized = t.quant is not None and len(t.quant.scale) == 1
        helper = "quantize" if kind == "input" else "dequantize"
        return PortView(
            accessor=f"{self.p.name}_{kind}{suffix}",
            macro=f"{self.p.name}_{kind}{suffix}".upper(),
            name=c_comment(t.name, most=56),
            c_type=t.dtype.c_name,
            asked=self._asked(kind),
            elements=t.elements,
            nbytes=t.nbytes,
            rows=t.rows[0],
            row_bytes=t.nbytes // t.rows[0],
            row_elements=t.elements // t.rows[0],
            rank=len(self.p.model_shape(tensor)),
            shape=", ".join(map(str, self.p.model_shape(tensor))),
            quantized=quantized,
            scale=c_number(float(t.q.s)) if quantized else "",
            zero_point=t.q.zp if quantized else 0,
            offset=self.p.offset(tensor) + self.p.band(tensor).lead,
            helper=f"{self.p.name}_{helper}_{kind}{suffix}",
            has_helper=quantized and t.dtype is DType.INT8,
        )

    def _asked(self, kind: str) -> str:
        asked = kind == "input" and self.p.input_type != "model"
        return f" (--input-type {self.p.input_type})" if asked else ""

    def _vector(self, number: int, vector: Vector) -> VectorView:
        inputs, outputs = (
            tuple(_array(f"{kind}_{number}_{i}", v, "") for i, v in enumerate(values))
            for kind, values in zip(("in", "out"), vector, strict=True)
        )
        return VectorView(inputs, outputs)


def weights_bytes(program: Program) -> int:
    """Bytes of all constants of all layers in flash."""
    values = (v for params in program.params for v in params.values())
    return sum(v.nbytes for v in values if isinstance(v, np.ndarray))


def _pointers(reader: Reader) -> int:
    return 1 if reader.whole else reader.count


def _array(symbol: str, values: Values, about: str) -> ArrayView:
    c_type = _C_TYPES[np.dtype(values.dtype)]
    return ArrayView(symbol, c_type, values.size, c_numbers(values), about)


def _origins(origins: tuple[int, ...]) -> str:
    if not origins:
        return "made by the compiler"
    return f"operator {' + '.join(map(str, origins))} of the model"


def _shape(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "scalar"


def _quant(t: Tensor) -> str:
    return "" if t.quant is None else f", scale {t.q.s:.9g}, zero point {t.q.zp}"


def _runtime_abi() -> int:
    match = _ABI.search((RUNTIME / "include/weft/weft.h").read_text(encoding="utf-8"))
    assert match is not None
    return int(match[1])
