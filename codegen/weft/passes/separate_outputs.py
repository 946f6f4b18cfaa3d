"""Give a model output that is a constant, or an input's bytes under another name, its own place.

Without it a model of nothing but views has no layer, and an output would be gone as soon as the
caller writes the next input. What is found of a state is overwritten even before.
"""

from __future__ import annotations

from dataclasses import replace

from weft.ir import Graph, Node, TensorId
from weft.ops import REGISTRY


def separate_outputs(graph: Graph) -> Graph:
    """The graph with a `copy` behind outputs that are inputs, states, constants, their views."""
    stored = (TensorId(i) for i, t in enumerate(graph.tensors) if t.const is not None)
    borrowed = {*graph.sources, *stored}
    for node in graph.nodes:
        if REGISTRY[node.op].view and node.inputs[0] in borrowed:
            borrowed |= set(node.outputs)
    tensors, nodes, outputs = list(graph.tensors), list(graph.nodes), list[TensorId]()
    for t in graph.outputs:
        if t in borrowed:
            outputs.append(TensorId(len(tensors)))
            tensors.append(replace(graph[t], const=None))
            nodes.append(Node("copy", (t,), (outputs[-1],)))
        else:
            outputs.append(t)
    return replace(graph, tensors=tuple(tensors), nodes=tuple(nodes), outputs=tuple(outputs))
