"""Make a PAD of rows and columns part of the convolution that reads it.

A convolution's own padding counts as the input's zero point, which is what PAD fills with. Knows
nothing of where padding is stored: that is for the kernels' geometry and the bands.
"""

from __future__ import annotations

from dataclasses import replace

from weft.ir import Graph, Node, TensorId
from weft.ops import REGISTRY, OpView, rejection
from weft.ops.filters import Filtering
from weft.ops.window import Pads

_WIDEST = 0x7FFF  # rows, and bytes beside a row, that all tables of the executor hold


def fold_pad(graph: Graph) -> Graph:
    """The graph with convolutions that read what PADs read; PADs without readers are gone."""
    pads = {node.outputs[0]: node for node in graph.nodes if node.op == "pad"}
    nodes = [_folded(graph, node, pads) for node in graph.nodes]
    return replace(graph, nodes=_without_idle_pads(graph, nodes))


def _folded(graph: Graph, node: Node, pads: dict[TensorId, Node]) -> Node:
    """A convolution with all PADs in front of it; any other node as it is."""
    while isinstance(node.attrs, Filtering) and node.inputs[0] in pads:
        merged = _merged(graph, pads[node.inputs[0]], node)
        if merged is None:
            break
        node = merged
    return node


def _merged(graph: Graph, pad: Node, node: Node) -> Node | None:
    """A convolution and the PAD in front of it as one, None if they differ in meaning."""
    view = OpView.of(graph, pad)
    source = view.input(0)
    # The convolution multiplies with its input's scale, so that one must not differ in any bit.
    if len(source.shape) != 4 or source.const is not None or source.quant != view.output.quant:
        return None
    batch, rows, columns, channels = pad.attrs.pads
    top, bottom, left, right = map(sum, zip(node.attrs.pads, (*rows, *columns), strict=True))
    widest = max(top, bottom, left * source.shape[3], right * source.shape[3])
    if (batch, channels) != ((0, 0), (0, 0)) or widest > _WIDEST:
        return None
    merged = replace(
        node,
        inputs=(pad.inputs[0], *node.inputs[1:]),
        attrs=replace(node.attrs, pads=Pads(top, bottom, left, right)),
        origins=(*pad.origins, *node.origins),
    )
    unmet = rejection(REGISTRY[node.op], OpView.of(graph, merged))
    assert unmet is None, unmet
    return merged


def _without_idle_pads(graph: Graph, nodes: list[Node]) -> tuple[Node, ...]:
    """The nodes but for PADs that nobody reads."""
    read: set[TensorId | None] = {*graph.outputs}
    kept: list[Node] = []
    for node in reversed(nodes):
        if node.op != "pad" or node.outputs[0] in read:
            read |= {*node.inputs}
            kept.append(node)
    return tuple(reversed(kept))
