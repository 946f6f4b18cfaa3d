"""Turn one-dimensional images upright, so that time is the axis of the rows and streams.

Keras lowers Conv1D to images of height 1. (1, 1, T, C), (1, T, C) and (1, T, 1, C) are the same
bytes, but the first two are a single row and the last is T rows. Knows nothing of operators but
how each says that it turns; every value stays where it is, byte for byte.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from weft.ir import Graph, Node, Tensor, TensorId
from weft.ops import REGISTRY, OpView, rejection
from weft.ops.window import Sliding

_TALLEST = 0x7FFF  # rows that all counters of the executor hold, with as many rows of padding

Shape = tuple[int, ...]
Turned = Mapping[int, OpView]
"""By the number of a node: the node and its tensors upright."""


def upright(graph: Graph) -> Graph:
    """The graph with images of height 1 turned upright where a window slides along them.

    Tensors that some operator ties to others turn together with them or not at all.
    """
    turned: dict[int, OpView] = {}
    for number, node in enumerate(graph.nodes):
        view = _turned(graph, node)
        if view is not None:
            turned[number] = view
    tall = _tall(graph, turned)
    return _rebuilt(graph, turned, tall) if tall else graph


def _lies(tensor: Tensor) -> bool:
    """Whether a tensor is an activation of one row of pixels that could be turned."""
    if tensor.const is not None or not 2 <= len(tensor.shape) <= 4:
        return False
    width = tensor.shape[-2]
    return 1 < width <= _TALLEST and tensor.elements == width * tensor.shape[-1]


def _upright(shape: Shape) -> Shape:
    """The shape of an image or of filters of height 1 with height and width exchanged."""
    batch, height, width, channels = ((1,) * (4 - len(shape)) + shape)[-4:]
    return (batch, width, height, channels) if width > 1 else shape


def _touched(graph: Graph, node: Node) -> set[TensorId]:
    return {*graph.activations(node), *node.outputs}


def _turned(graph: Graph, node: Node) -> OpView | None:
    """A node upright; None if it cannot be, so that the images that it touches have to lie.

    Besides images of height 1 it may only touch single pixels, which lie and stand the same.
    """
    operator, op = REGISTRY[node.op], OpView.of(graph, node)
    tensors = [graph[t] for t in _touched(graph, node)]
    lie = [_lies(t) for t in tensors]
    if not any(lie) or not all(
        x or t.rows[:2] == (1, 1) for x, t in zip(lie, tensors, strict=True)
    ):
        return None
    turned = operator.turned(op)
    if turned is None:
        return None
    inputs = tuple(None if t is None else replace(t, shape=_upright(t.shape)) for t in op.inputs)
    outputs = tuple(replace(t, shape=_upright(t.shape)) for t in op.outputs)
    view = OpView(turned, inputs, outputs)
    return view if rejection(operator, view) is None else None


def _tall(graph: Graph, turned: Turned) -> set[TensorId]:
    """The images to turn: nothing that they are tied to is in the way, and some window gains."""
    lying = {TensorId(i) for i, tensor in enumerate(graph.tensors) if _lies(tensor)}
    ties, stuck, gains = list[set[TensorId]](), set[TensorId](), set[TensorId]()
    for number, node in enumerate(graph.nodes):
        if REGISTRY[node.op].flat:
            continue
        ties.append(_touched(graph, node) & lying)
        if number not in turned:
            stuck |= ties[-1]
        if isinstance(node.attrs, Sliding):
            gains |= _touched(graph, node)
    free = lying - _spread(stuck, ties)
    return free & _spread(gains, [*ties, *_seams(graph, free)])


def _seams(graph: Graph, free: set[TensorId]) -> Iterator[set[TensorId]]:
    """Both sides of each view that changes nothing once the free images are upright."""
    for node in graph.nodes:
        if REGISTRY[node.op].view:
            sides = _touched(graph, node)
            shapes = {_upright(graph[t].shape) if t in free else graph[t].shape for t in sides}
            if len(shapes) == 1:
                yield sides


def _spread(seeds: set[TensorId], ties: Iterable[set[TensorId]]) -> set[TensorId]:
    """The seeds, and all tensors that are tied to them directly or through others."""
    ties_of = defaultdict[TensorId, list[set[TensorId]]](list)
    for tie in ties:
        for t in tie:
            ties_of[t].append(tie)
    found, pending = set(seeds), list(seeds)
    while pending:
        for tie in ties_of[pending.pop()]:
            pending += tie - found
            found |= tie
    return found


def _rebuilt(graph: Graph, turned: Turned, tall: set[TensorId]) -> Graph:
    """The graph with these images upright. Constants that turn become new tensors."""
    tensors = [
        replace(tensor, shape=_upright(tensor.shape)) if i in tall else tensor
        for i, tensor in enumerate(graph.tensors)
    ]
    nodes = list(graph.nodes)
    constants: dict[TensorId, TensorId] = {}
    for number, view in turned.items():
        node = nodes[number]
        if tall.isdisjoint(_touched(graph, node)):
            continue
        inputs = list(node.inputs)
        for position, (t, tensor) in enumerate(zip(node.inputs, view.inputs, strict=True)):
            if t is None or tensor is None or tensor.shape == tensors[t].shape:
                continue
            if t not in constants:
                constants[t] = TensorId(len(tensors))
                tensors.append(tensor)
            inputs[position] = constants[t]
        nodes[number] = replace(view.node, inputs=tuple(inputs))
    return replace(graph, tensors=tuple(tensors), nodes=tuple(nodes))
