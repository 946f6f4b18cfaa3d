"""Put the weights of a dense layer in the order of the image that it reads, and drop a TRANSPOSE.

Frameworks with channels first flatten an image in that order. Converters to channels last then
put a TRANSPOSE and a RESHAPE in front of the dense layer. The columns of its weights can follow
the image instead; then nothing is moved, and `dead_channels` sees which column reads what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from weft.ir import Graph, Node, Tensor, TensorId
from weft.ops import REGISTRY
from weft.passes.wiring import makers, uses, without_unread


def reorder_weights(graph: Graph) -> Graph:
    """The graph with dense layers that read images as they are."""
    made, count = makers(graph), uses(graph)
    tensors, changed = list(graph.tensors), dict[TensorId, Node]()
    for node in graph.nodes:
        path = _path(made, count, node) if node.op == "fully_connected" else []
        if path and _reads_all(graph, path):
            changed |= _untransposed(graph, path, tensors)
    if not changed:
        return graph
    nodes = tuple(changed.get(node.outputs[0], node) for node in graph.nodes)
    return without_unread(replace(graph, tensors=tuple(tensors), nodes=nodes))


def _path(made: Mapping[TensorId, Node], count: Mapping[TensorId, int], dense: Node) -> list[Node]:
    """A TRANSPOSE, views, and the dense layer that alone reads them; nothing if it is not so."""
    path = [dense]
    while path[0].op != "transpose":
        source = path[0].inputs[0]
        before = made.get(source) if source is not None else None
        if source is None or before is None or count[source] != 1:
            return []
        if before.op != "transpose" and not REGISTRY[before.op].view:
            return []
        path.insert(0, before)
    return path


def _reads_all(graph: Graph, path: list[Node]) -> bool:
    """Whether the weights are constant and have a column for each element of the image."""
    image, weights = path[0].inputs[0], path[-1].inputs[1]
    assert image is not None
    assert weights is not None
    constant = graph[weights].const is not None
    return constant and graph[weights].shape[1:] == (graph[image].elements,)


def _untransposed(graph: Graph, path: list[Node], tensors: list[Tensor]) -> dict[TensorId, Node]:
    """What the nodes behind the TRANSPOSE become, by their outputs; appends to `tensors`.

    Between them are the elements of the model's tensors, but in another order.
    """
    transpose, *views, dense = path
    source, found = transpose.inputs[0], dict[TensorId, Node]()
    assert source is not None
    for view in views:
        (output,) = view.outputs
        tensors.append(replace(graph[output], origin=None))
        made = TensorId(len(tensors) - 1)
        found[output] = replace(view, inputs=(source, *view.inputs[1:]), outputs=(made,))
        source = made
    tensors.append(_reordered(graph, transpose, dense))
    inputs = (source, TensorId(len(tensors) - 1), *dense.inputs[2:])
    origins = (*transpose.origins, *dense.origins)
    found[dense.outputs[0]] = replace(dense, inputs=inputs, origins=origins)
    return found


def _reordered(graph: Graph, transpose: Node, dense: Node) -> Tensor:
    """The weights of the dense layer, with columns for the input of the TRANSPOSE."""
    image, weights = transpose.inputs[0], dense.inputs[1]
    assert image is not None
    assert weights is not None
    before = graph[weights].data
    # Column j is for element order[j] of the image.
    numbers = np.arange(before.shape[1]).reshape(graph[image].shape)
    order = numbers.transpose(transpose.attrs.perm).ravel()
    after = np.empty_like(before)
    after[:, order] = before
    return replace(graph[weights], const=graph[weights].dtype.pack(after), origin=None)
