"""Structural rules that every graph obeys, checked after the frontend and after every pass."""

from __future__ import annotations

from weft.ir.graph import Graph, TensorId


def verify(graph: Graph) -> None:
    """Assert that the graph is well formed; a failure is a bug in weft, not in the model."""
    ready: set[TensorId] = set(graph.inputs)
    for i, tensor in enumerate(graph.tensors):
        assert tensor.shape == tuple(map(int, tensor.shape)) and min(tensor.shape, default=1) > 0
        if tensor.const is not None:
            ready.add(TensorId(i))
            assert len(tensor.const) == tensor.nbytes, f"{tensor.name}: data and shape differ"
    for t in graph.inputs:
        assert graph[t].const is None, f"graph input %{t} is constant"
    for i, node in enumerate(graph.nodes):
        for source in node.inputs:
            assert source is None or source in ready, (
                f"node {i} ({node.op}) reads %{source} before it is written"
            )
        for t in node.outputs:
            assert t not in ready, f"node {i} ({node.op}) writes %{t} twice"
            ready.add(t)
    for t in graph.outputs:
        assert t in ready, f"graph output %{t} is never written"
