"""Inputs and outputs of the model: their names in C, and what is stored of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from weft.emit.arrays import array_view
from weft.emit.literals import c_comment, c_number
from weft.emit.view import PortView, VectorView
from weft.ir import DType, TensorId
from weft.ops.base import Values
from weft.program import Program

Vector = tuple[Sequence[Values], Sequence[Values]]
"""Inputs and expected outputs of one inference."""


def ports(program: Program, kind: str) -> tuple[PortView, ...]:
    """All inputs or all outputs. Where there are several, each also has the signature's name."""
    graph = program.graph
    tensors, names = (
        (graph.inputs, graph.input_names)
        if kind == "input"
        else (graph.outputs, graph.output_names)
    )
    known = _identifiers(names) if len(tensors) > 1 else ()
    aliases = [f"{program.name}_{kind}_{name}" if name else "" for name in known]
    return tuple(
        _port(program, kind, i, t, aliases[i] if aliases else "") for i, t in enumerate(tensors)
    )


def _identifiers(names: Sequence[str]) -> tuple[str, ...]:
    """Names as parts of C identifiers, all different; empty for those that only have a number."""
    found: list[str] = []
    for number, name in enumerate(names):
        text = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").lower()
        text = "" if text.isdigit() else text
        while text and text in found:
            text = f"{text}_{number}"
        found.append(text)
    return tuple(found)


def _port(program: Program, kind: str, number: int, tensor: TensorId, alias: str) -> PortView:
    t, suffix = program.graph[tensor], f"_{number}" if number else ""
    quantized = t.quant is not None and len(t.quant.scale) == 1
    helper = "quantize" if kind == "input" else "dequantize"
    return PortView(
        accessor=f"{program.name}_{kind}{suffix}",
        macro=f"{program.name}_{kind}{suffix}".upper(),
        alias=alias,
        alias_macro=alias.upper(),
        name=c_comment(t.name, most=56),
        c_type=t.dtype.c_name,
        asked=_asked(program, kind),
        elements=t.elements,
        nbytes=t.nbytes,
        rows=t.rows[0],
        row_bytes=t.nbytes // t.rows[0],
        row_elements=t.elements // t.rows[0],
        rank=len(program.model_shape(tensor)),
        shape=", ".join(map(str, program.model_shape(tensor))),
        quantized=quantized,
        scale=c_number(float(t.q.s)) if quantized else "",
        zero_point=t.q.zp if quantized else 0,
        offset=program.offset(tensor) + program.band(tensor).lead,
        helper=f"{program.name}_{helper}_{kind}{suffix}",
        has_helper=quantized and t.dtype is DType.INT8,
    )


def _asked(program: Program, kind: str) -> str:
    asked = kind == "input" and program.input_type != "model"
    return f" (--input-type {program.input_type})" if asked else ""


def vector_view(number: int, vector: Vector) -> VectorView:
    """One stored inference of the self-test."""
    inputs, outputs = (
        tuple(array_view(f"{kind}_{number}_{i}", v, "") for i, v in enumerate(values))
        for kind, values in zip(("in", "out"), vector, strict=True)
    )
    return VectorView(inputs, outputs)
