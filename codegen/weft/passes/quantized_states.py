"""Keep states quantized that are only kept as floats.

Quantizers leave variables in float32, between the DEQUANTIZE that fills one and the QUANTIZE that
takes it up again. Where the latter undoes the former the state may be what stands in front of
both: a quarter of the bytes, and two operators less.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from weft.ir import DType, Graph, Node, State, Tensor, TensorId
from weft.ops import REGISTRY, OpView
from weft.passes.wiring import makers, without_unread


def quantized_states(graph: Graph) -> Graph:
    """The graph whose float states hold quantized values where that makes no difference."""
    for number in range(len(graph.states)):
        graph = _kept_quantized(graph, number)
    return graph


def _kept_quantized(graph: Graph, number: int) -> Graph:
    state, made = graph.states[number], makers(graph)
    readers = [node for node in graph.nodes if state.before in node.inputs]
    results = {state.before, *(t for reader in readers for t in reader.outputs)}
    maker = made.get(state.after)
    if not readers or maker is None or not results.isdisjoint(graph.results):
        return graph
    source = maker.inputs[0]
    if source not in made or not all(_undoes(graph, reader, maker) for reader in readers):
        return graph
    found = TensorId(len(graph.tensors))
    kept = State(found, source, _quantized(graph, readers[0], state.initial))
    names = {reader.outputs[0]: found for reader in readers}
    nodes = (node for node in graph.nodes if node not in readers)
    rewritten = replace(
        graph,
        tensors=(*graph.tensors, _found(graph, state, source)),
        nodes=tuple(replace(node, inputs=_renamed(node, names)) for node in nodes),
        states=(*graph.states[:number], kept, *graph.states[number + 1 :]),
    )
    return without_unread(rewritten)


def _renamed(node: Node, names: dict[TensorId, TensorId]) -> tuple[TensorId | None, ...]:
    return tuple(t if t is None else names.get(t, t) for t in node.inputs)


def _found(graph: Graph, state: State, source: TensorId) -> Tensor:
    """What an inference finds, under the name of the float state."""
    before = graph[state.before]
    return replace(graph[source], name=before.name, shape=before.shape, origin=None)


def _undoes(graph: Graph, reader: Node, maker: Node) -> bool:
    """Whether a QUANTIZE gives back all that a DEQUANTIZE can be given."""
    if (reader.op, maker.op) != ("quantize", "dequantize"):
        return False
    first, second = OpView.of(graph, maker), OpView.of(graph, reader)
    before, after = first.input(0), second.output
    if (before.dtype, before.quant) != (after.dtype, after.quant):
        return False
    low, high = before.dtype.limits
    every = np.arange(low, high + 1).astype(before.dtype.numpy)
    (floats,) = REGISTRY[maker.op].reference(first, [every])
    (back,) = REGISTRY[reader.op].reference(second, [floats])
    return np.array_equal(every, back)


def _quantized(graph: Graph, reader: Node, initial: bytes) -> bytes:
    floats = np.frombuffer(initial, DType.FLOAT32.numpy)
    (values,) = REGISTRY[reader.op].reference(OpView.of(graph, reader), [floats])
    return bytes(values.tobytes())
