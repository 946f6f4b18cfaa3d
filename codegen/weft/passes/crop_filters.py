"""Cut off rows and columns of filters that only ever meet padding.

A filter that is larger than its image (7 by 7 on 3 by 3 pixels) has some at its ends: no place of
the window has them over the image. Padding counts as the zero point, so they add nothing.
"""

from __future__ import annotations

from dataclasses import replace

from weft.ir import Graph, Node, Tensor, TensorId
from weft.ops import REGISTRY, OpView, rejection
from weft.ops.base import Values
from weft.ops.weighted import filters
from weft.ops.weighted.filters import Filtering
from weft.ops.window import Axis, Pads, image


def crop_filters(graph: Graph) -> Graph:
    """The graph with filters that are no larger than what they can see of an image."""
    tensors, nodes = list(graph.tensors), list[Node]()
    for node in graph.nodes:
        made = _cropped(OpView.of(graph, node)) if isinstance(node.attrs, Filtering) else None
        if made is None:
            nodes.append(node)
            continue
        weights = TensorId(len(tensors))
        tensors.append(made.input(1))
        inputs = (node.inputs[0], weights, *node.inputs[2:])
        nodes.append(replace(made.node, inputs=inputs))
    return replace(graph, tensors=tuple(tensors), nodes=tuple(nodes))


def _cropped(op: OpView) -> OpView | None:
    """The operator with smaller filters, None if it needs all of them."""
    down, across = filters.axes(op)
    (height, width), (places_down, places_across) = image(op.input(0)), image(op.output)
    rows, columns = _seen(down, height, places_down), _seen(across, width, places_across)
    weights = op.input(1).data[:, rows.start : rows.stop, columns.start : columns.stop]
    if weights.shape == op.input(1).shape:
        return None
    pads = Pads(*_pads(down, rows), *_pads(across, columns))
    node = replace(op.node, attrs=replace(op.attrs, pads=pads))
    made = OpView(node, (op.inputs[0], _constant(op.input(1), weights), *op.inputs[2:]), op.outputs)
    assert rejection(REGISTRY[node.op], made) is None
    return made


def _seen(axis: Axis, length: int, places: int) -> range:
    """The taps of a filter from the first to the last one that is over the image somewhere.

    Of dilated filters also those without which the padding would be less than none.
    """

    def sees(tap: int) -> bool:
        at = tap * axis.dilation - axis.before
        return any(0 <= at + i * axis.stride < length for i in range(places))

    kept = range(axis.size)
    while len(kept) > 1 and not sees(kept[0]) and min(_pads(axis, kept[1:])) >= 0:
        kept = kept[1:]
    while len(kept) > 1 and not sees(kept[-1]) and min(_pads(axis, kept[:-1])) >= 0:
        kept = kept[:-1]
    return kept


def _pads(axis: Axis, taps: range) -> tuple[int, int]:
    """Padding before and after the image that is left for some taps."""
    before = axis.before - taps.start * axis.dilation
    return before, axis.after - (axis.size - taps.stop) * axis.dilation


def _constant(weights: Tensor, data: Values) -> Tensor:
    """Weights of other sizes."""
    const = weights.dtype.pack(data)
    return replace(weights, shape=data.shape, const=const, origin=None)
