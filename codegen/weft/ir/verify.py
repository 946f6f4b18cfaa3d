"""Structural rules that every graph obeys, checked after the frontend and after every pass."""

from __future__ import annotations

from weft.ir.graph import Graph, TensorId


def verify(graph: Graph) -> None:
    """Assert that the graph is well formed; a failure is a bug in weft, not in the model."""
    ready: set[TensorId] = set(graph.sources)
    assert len(ready) == len(graph.sources), "an input or state is there twice"
    for i, tensor in enumerate(graph.tensors):
        assert tensor.shape == tuple(map(int, tensor.shape)) and min(tensor.shape, default=1) > 0
        if tensor.const is not None:
            ready.add(TensorId(i))
            assert len(tensor.const) == tensor.nbytes, f"{tensor.name}: data and shape differ"
    for t in graph.sources:
        assert graph[t].const is None, f"graph input or state %{t} is constant"
    for i, node in enumerate(graph.nodes):
        for source in node.inputs:
            assert source is None or source in ready, (
                f"node {i} ({node.op}) reads %{source} before it is written"
            )
        for t in node.outputs:
            assert t not in ready, f"node {i} ({node.op}) writes %{t} twice"
            ready.add(t)
        assert len(node.places) in (0, len(node.inputs)), f"node {i} places some inputs only"
        for before, after in node.updated:
            assert graph[before].nbytes == graph[after].nbytes, f"node {i} resizes %{before}"
    for t in graph.results:
        assert t in ready, f"graph output or state %{t} is never written"
    for s in graph.states:
        assert s.before != s.after, f"state %{s.before} never changes"
        assert graph[s.before].nbytes == graph[s.after].nbytes == len(s.initial)
