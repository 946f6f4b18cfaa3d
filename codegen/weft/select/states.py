"""Leave every state where the next inference finds it.

A state is found in a place of its own and must be left there. Its new value is made right there
when nobody reads the old one any more by then, and nobody else owns the value; otherwise it is
copied there, as soon as that may be.
"""

from __future__ import annotations

from dataclasses import replace

from weft.ir import Graph, Node, State, TensorId
from weft.ops import REGISTRY


def settle_states(graph: Graph) -> Graph:
    """The graph in which what is left of each state may own the bytes of what is found."""
    if not graph.states:
        return graph
    settling = _Settling(graph)
    states = tuple(settling.settled(s) for s in graph.states)
    return replace(
        graph, tensors=tuple(settling.tensors), nodes=tuple(settling.nodes), states=states
    )


class _Settling:
    """Tensors and nodes with the copies made so far; `taken` own bytes that are spoken for."""

    def __init__(self, graph: Graph) -> None:
        self.tensors, self.nodes = list(graph.tensors), list(graph.nodes)
        self.owner: dict[TensorId, TensorId] = {}
        for node in self.nodes:
            source = node.inputs[0] if node.inputs else None
            if REGISTRY[node.op].view and source is not None:
                self.owner[node.outputs[0]] = self.owner.get(source, source)
        self.taken = {self._root(t) for t in (*graph.sources, *graph.outputs)}
        self.found = {s.before for s in graph.states}
        self.updated = {pair for node in graph.nodes for pair in node.updated}

    def settled(self, state: State) -> State:
        """The state, with a copy as what it leaves if it takes one."""
        if (state.before, state.after) in self.updated:
            return state
        after = state.after
        if self._root(after) in self.found:  # of a state that may be overwritten before
            after = self._copied(after, 0)
        last = max(
            (i for i, n in enumerate(self.nodes) if self._reads(n, state.before)), default=-1
        )
        made = self._maker(after)
        root = self._root(after)
        if self._maker(root) <= last or root in self.taken:
            after = self._copied(after, max(made, last) + 1)
        self.taken.add(self._root(after))
        return replace(state, after=after)

    def _root(self, tensor: TensorId) -> TensorId:
        return self.owner.get(tensor, tensor)

    def _reads(self, node: Node, tensor: TensorId) -> bool:
        """Whether a node reads a tensor, under whatever name; views read nothing."""
        inputs = (t for t in node.inputs if t is not None)
        return not REGISTRY[node.op].view and tensor in map(self._root, inputs)

    def _maker(self, tensor: TensorId) -> int:
        """The number of the node that makes a tensor, -1 for none."""
        return next((i for i, n in enumerate(self.nodes) if tensor in n.outputs), -1)

    def _copied(self, tensor: TensorId, at: int) -> TensorId:
        """A copy of a tensor by a node in front of node `at`."""
        made = TensorId(len(self.tensors))
        self.tensors.append(replace(self.tensors[tensor], origin=None, const=None))
        self.nodes.insert(at, Node("copy", (tensor,), (made,)))
        return made
