"""Join TRANSPOSEs that follow one another, and make views of those that move nothing.

Converters between frameworks put an image to NHWC and back around each operator. Two that cancel,
or one that moves axes of length 1 only, keep all bytes in their order. What is done to each
element comes first, so that TRANSPOSEs meet, or are the last before an output; and so do
reductions, of other axes then, which leave less to be moved, or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from weft.ir import Graph, Node, TensorId
from weft.ops import REGISTRY, OpView, rejection
from weft.ops.movement.transpose import TransposeAttrs
from weft.ops.reduction.reduction import Reduction
from weft.passes.tables import is_unary, only_source
from weft.passes.wiring import makers, uses, without_unread


def transposes(graph: Graph) -> Graph:
    """The graph with one TRANSPOSE for several in a row, or a view where no byte moves."""
    made, count = makers(graph), uses(graph)
    nodes: list[Node] = []
    changed = graph
    for node in graph.nodes:
        source, inner = only_source(changed, node), TensorId(len(changed.tensors))
        if node.op == "transpose":
            before = made.get(_source(node))
            found = [_simplified(changed, before, node, alone=count[_source(node)] == 1)]
        elif reduced := _reduced_first(changed, made, count, node):
            changed, found = reduced
            count[inner] = 1
        elif source is not None and count[source] == 1 and _goes_ahead(changed, made, source, node):
            changed, found = _swapped(changed, made[source], node, inner)
            count[inner] = 1
        else:
            found = [node]
        made.update((t, n) for n in found for t in n.outputs)
        nodes += found
    changed = replace(changed, nodes=tuple(nodes))
    return without_unread(changed) if nodes != list(graph.nodes) else graph


def _goes_ahead(graph: Graph, made: Mapping[TensorId, Node], source: TensorId, node: Node) -> bool:
    """Whether an operator on each element of a TRANSPOSE's output may come in front of it.

    It does if no more bytes move then, or if they go to the caller, for whom they are whole.
    """
    before = made.get(source)
    if before is None or before.op != "transpose" or not is_unary(OpView.of(graph, node)):
        return False
    output = node.outputs[0]
    return output in graph.results or graph[output].dtype.size <= graph[source].dtype.size


def _swapped(
    graph: Graph, transpose: Node, node: Node, inner: TensorId
) -> tuple[Graph, list[Node]]:
    """An operator, and the TRANSPOSE in front of it behind it; `inner` is the tensor between."""
    (first,), (source,), (output,) = transpose.inputs, transpose.outputs, node.outputs
    assert first is not None
    between = replace(graph[output], shape=graph[first].shape, origin=None)
    inputs = tuple(first if t == source else t for t in node.inputs)
    return replace(graph, tensors=(*graph.tensors, between)), [
        replace(node, inputs=inputs, outputs=(inner,)),
        replace(transpose, inputs=(inner,), outputs=(output,)),
    ]


def _reduced_first(
    graph: Graph, made: Mapping[TensorId, Node], count: Mapping[TensorId, int], node: Node
) -> tuple[Graph, list[Node]] | None:
    """A reduction of what a TRANSPOSE has read, and one of what is left; None if there is none
    in front of it that nobody else reads."""
    if not isinstance(node.attrs, Reduction):
        return None
    (source,), (output,) = graph.activations(node), node.outputs
    transpose = made.get(source)
    if transpose is None or transpose.op != "transpose" or count[source] != 1:
        return None
    first, perm = _source(transpose), transpose.attrs.perm
    axes = tuple(sorted(perm[axis] for axis in node.attrs.axes))
    sizes = {i: 1 if i in axes else n for i, n in enumerate(graph[first].shape)}
    left = [i for i in sizes if node.attrs.keep_dims or i not in axes]
    between = replace(graph[output], shape=tuple(sizes[i] for i in left), origin=None)
    inner = TensorId(len(graph.tensors))
    changed = replace(graph, tensors=(*graph.tensors, between))
    attrs = replace(node.attrs, axes=axes)
    ahead = replace(node, inputs=(first,), outputs=(inner,), attrs=attrs)
    behind = TransposeAttrs(tuple(left.index(axis) for axis in perm if axis in left))
    moves = replace(transpose, inputs=(inner,), outputs=(output,), attrs=behind)
    if any(rejection(REGISTRY[n.op], OpView.of(changed, n)) for n in (ahead, moves)):
        return None
    return changed, [ahead, _as_view(changed, moves) or moves]


def _simplified(graph: Graph, before: Node | None, node: Node, *, alone: bool) -> Node:
    """What a TRANSPOSE becomes behind the node that makes its input; `alone`: as the only reader.

    Joined for the sake of less than a view, one that others read, too, would move bytes twice.
    """
    joined = node if before is None or before.op != "transpose" else _joined(before, node)
    return _as_view(graph, joined) or (joined if alone else node)


def _source(node: Node) -> TensorId:
    (source,) = node.inputs
    assert source is not None
    return source


def _joined(first: Node, second: Node) -> Node:
    """What two TRANSPOSEs in a row do."""
    perm = tuple(first.attrs.perm[axis] for axis in second.attrs.perm)
    origins = (*first.origins, *second.origins)
    return replace(second, inputs=first.inputs, attrs=TransposeAttrs(perm), origins=origins)


def _as_view(graph: Graph, node: Node) -> Node | None:
    """The view that does the same as a TRANSPOSE, None if bytes move or it may not stand."""
    if not REGISTRY["transpose"].idle(OpView.of(graph, node)):
        return None
    view = replace(node, op="reshape", attrs=None)
    unmet = rejection(REGISTRY["reshape"], OpView.of(graph, view))
    return view if unmet is None else None
