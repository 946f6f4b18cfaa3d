"""Let layers write their outputs where CONCATENATION and PACK would copy them to.

A part of a joined tensor that nobody else reads needs no rows of its own: its maker writes into
those of the joined tensor. Other parts (inputs, constants, what has more readers, what a kernel
cannot write there) are copied to their places, each by a layer of its own. The join itself is no
layer any more.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from weft.ir import Graph, Node, Place, TensorId
from weft.ops import REGISTRY, OpView, runs
from weft.ops.movement.concatenation import Joining, places
from weft.select.choose import eligible
from weft.target import Target


def place_joins(graph: Graph, target: Target) -> Graph:
    """The graph in which the parts of a join are made in place, where one of them at least can be
    made there by the node that computes it."""
    placing = _Placing(graph, target)
    for node in graph.nodes:
        placing.take(node)
    return replace(graph, tensors=tuple(placing.tensors), nodes=tuple(placing.nodes))


class _Placing:
    """Tensors and nodes as far as they are done."""

    def __init__(self, graph: Graph, target: Target) -> None:
        self.graph = graph
        self.kernels = {op.node.outputs: kernels for op, kernels in eligible(graph, target)}
        self.tensors, self.nodes = list(graph.tensors), list[Node]()
        self.makers: dict[TensorId, Node] = {}
        self.views: dict[TensorId, TensorId] = {}  # with what they are views of
        self.uses = Counter(t for node in graph.nodes for t in node.inputs if t is not None)
        self.uses.update(graph.results)
        self.kept = _kept(graph)

    def take(self, node: Node) -> None:
        """Add a node, as it is or with its inputs in place."""
        if issubclass(REGISTRY[node.op], Joining) and node.outputs[0] not in self.kept:
            node = self._placed(node)
        self.nodes.append(node)
        if runs(node) and not node.updates:
            self.makers |= dict.fromkeys(node.outputs, node)
        elif REGISTRY[node.op].view and node.inputs[0] is not None:
            self.views[node.outputs[0]] = node.inputs[0]

    def _placed(self, node: Node) -> Node:
        found = places(OpView.of(self.graph, node))
        if found is None:
            return node
        one_row = self.graph[node.outputs[0]].rows[0] == 1
        given = [(t, place) for t, place in zip(node.inputs, found, strict=True) if t is not None]
        parts = [self._seen_through(t, place) if one_row else (t, place) for t, place in given]
        here = [self._is_made_there(t, place) for t, place in parts]
        if not any(here):
            return node
        inputs, made = list[TensorId](), list[Place]()
        for asked, part, is_made_there in zip(given, parts, here, strict=True):
            t, place = part if is_made_there else (self._copied(asked[0]), asked[1])
            if place.count > 1:
                pitch = place.step // self.tensors[t].dtype.size
                self.tensors[t] = replace(self.tensors[t], pitch=pitch)
            inputs.append(t)
            made.append(place)
        return replace(node, inputs=tuple(inputs), places=tuple(made))

    def _seen_through(self, t: TensorId, place: Place) -> tuple[TensorId, Place]:
        """What a part of a single joined row is a view of, with its rows one behind the other; the
        part itself if it is no view, or if somebody else reads one of the tensors."""
        source = t
        while source in self.views and self.uses[source] == 1:
            source = self.views[source]
        if source == t or source in self.views or place.count > 1:
            return t, place
        height, pixels, channels = self.graph[source].rows
        row = pixels * channels * self.graph[source].dtype.size
        along = row if height > 1 else 0
        return source, Place(place.row, place.at, row, row, 1, along)

    def _is_made_there(self, t: TensorId, place: Place) -> bool:
        """Whether the node that computes a tensor can write it into the rows of another one: pixels
        with others in between by a kernel of the best's kind, and by one that every target has."""
        if t not in self.makers or self.uses[t] > 1:
            return False
        op = OpView.of(self.graph, self.makers[t])
        kernels = self.kernels[op.node.outputs]
        by_rows = self.graph[t].rows[0] == 1 or not any(k.rows(op).whole_output for k in kernels)
        kinds = {k.needs for k in kernels if k.pitched}
        pitched = kinds >= {kernels[0].needs, frozenset()}
        return by_rows and (place.count == 1 or pitched)

    def _copied(self, t: TensorId) -> TensorId:
        """A copy of a tensor for the join alone."""
        made, tensor = TensorId(len(self.tensors)), self.graph[t]
        self.tensors.append(replace(tensor, name=f"{tensor.name} joined", const=None, origin=None))
        self.nodes.append(Node("copy", (t,), (made,)))
        return made


def _kept(graph: Graph) -> set[TensorId]:
    """What the next inference finds, under all its names: it gets its place by other rules."""
    found = {s.after for s in graph.states}
    for node in reversed(graph.nodes):
        if REGISTRY[node.op].view and node.outputs[0] in found and node.inputs[0] is not None:
            found.add(node.inputs[0])
    return found
