"""Let the caller bring inputs as the bytes that he has, where the model converts them first.

int8: a QUANTIZE that only reads an input is left out; the caller brings what it would make. uint8:
camera bytes, which are int8 with 128 added to value and zero point, so the top bit flips. Not part
of the pipeline: it changes what the library is given.
"""

from __future__ import annotations

from dataclasses import replace

from weft.errors import CompileError
from weft.ir import DType, Graph, Node, Tensor, TensorId
from weft.ops import REGISTRY, OpView, rejection
from weft.quant import Quant

INPUT_TYPES = ("model", "int8", "uint8")


def caller_inputs(graph: Graph, wanted: str) -> Graph:
    """The graph with inputs of a type of INPUT_TYPES; CompileError where that is not exact."""
    if wanted not in INPUT_TYPES:
        raise CompileError(
            f"unknown --input-type {wanted!r}", hint=f"one of {', '.join(INPUT_TYPES)}"
        )
    for position in range(len(graph.inputs)):
        if wanted != "model" and graph[graph.inputs[position]].dtype.value != wanted:
            graph = _as_int8(graph, position)
        if wanted == "uint8" and graph[graph.inputs[position]].dtype is DType.INT8:
            graph = _as_uint8(graph, position)
    return graph


def _as_int8(graph: Graph, position: int) -> Graph:
    """The graph with an int8 input, which some QUANTIZE makes so far."""
    t = graph.inputs[position]
    if graph[t].dtype is DType.INT8:
        return graph
    readers = [node for node in graph.nodes if t in node.inputs]
    if len(readers) != 1 or readers[0].op != "quantize" or t in graph.outputs:
        raise CompileError(
            "it is not read by one QUANTIZE alone", where=_where(graph[t]), hint="no --input-type"
        )
    (made,) = readers[0].outputs
    if graph[made].dtype is not DType.INT8 or made in graph.outputs:
        raise CompileError("its QUANTIZE makes no int8 for others", where=_where(graph[t]))
    nodes = tuple(node for node in graph.nodes if node is not readers[0])
    return _with_input(graph, position, made, nodes)


def _as_uint8(graph: Graph, position: int) -> Graph:
    """The graph with a uint8 input in place of an int8 one, and a QUANTIZE that flips a bit."""
    t = graph.inputs[position]
    before = graph[t]
    if before.quant is None or before.quant.axis is not None:
        raise CompileError("it has no scale and zero point", where=_where(before))
    quant = Quant(before.quant.scale, (before.quant.zp + 128,))
    added = TensorId(len(graph.tensors))
    taken = replace(before, dtype=DType.UINT8, quant=quant, origin=None)
    graph = replace(graph, tensors=(*graph.tensors, taken))
    flip = Node("quantize", (added,), (t,))
    assert rejection(REGISTRY["quantize"], OpView.of(graph, flip)) is None
    return _with_input(graph, position, added, (flip, *graph.nodes))


def _with_input(graph: Graph, position: int, t: TensorId, nodes: tuple[Node, ...]) -> Graph:
    inputs = (*graph.inputs[:position], t, *graph.inputs[position + 1 :])
    return replace(graph, inputs=inputs, nodes=nodes)


def _where(tensor: Tensor) -> str:
    return f'input "{tensor.name}"'


def stored_input(graph: Graph, t: TensorId) -> tuple[int, bool]:
    """The number in the model of the tensor that an input stands for, and whether as uint8."""
    origin = graph[t].origin
    if origin is not None:
        return origin, False
    (flip,) = (node for node in graph.nodes if t in node.inputs)
    origin = graph[flip.outputs[0]].origin
    assert origin is not None
    return origin, True
