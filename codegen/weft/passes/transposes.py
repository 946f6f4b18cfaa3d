"""Join TRANSPOSEs that follow one another, and make views of those that move nothing.

Converters between frameworks put an image to NHWC and back around each operator. Two that cancel,
or one that moves axes of length 1 only, keep all bytes in their order.
"""

from __future__ import annotations

from dataclasses import replace

from weft.ir import Graph, Node, TensorId
from weft.ops import REGISTRY, OpView, rejection
from weft.ops.transpose import TransposeAttrs
from weft.passes.wiring import makers, uses, without_unread


def transposes(graph: Graph) -> Graph:
    """The graph with one TRANSPOSE for several in a row, or a view where no byte moves."""
    made, count = makers(graph), uses(graph)
    nodes: list[Node] = []
    for node in graph.nodes:
        if node.op == "transpose":
            before = made.get(_source(node))
            nodes.append(_simplified(graph, before, node, alone=count[_source(node)] == 1))
            made[node.outputs[0]] = nodes[-1]
        else:
            nodes.append(node)
    changed = replace(graph, nodes=tuple(nodes))
    return without_unread(changed) if changed != graph else graph


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
