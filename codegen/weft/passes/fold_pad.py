"""Make a PAD of rows and columns part of the convolution that reads it.

A convolution's own padding counts as the input's zero point, which is what PAD fills with. Knows
nothing of where padding is stored: that is for the kernels' geometry and the bands.
"""

from __future__ import annotations

from dataclasses import replace

from weft.ir import Graph, Node
from weft.ops import REGISTRY, OpView, rejection
from weft.ops.filters import Filtering
from weft.ops.window import Pads

_WIDEST = 0x7FFF  # rows, and bytes beside a row, that all tables of the executor hold


def fold_pad(graph: Graph) -> Graph:
    """The graph with convolutions that read what PADs read; those PADs are gone.

    A PAD that somebody else reads too stays for all: folded for some, it would cost its rows
    twice.
    """
    nodes = list(graph.nodes)
    for pad in reversed([n for n in graph.nodes if n.op == "pad"]):
        readers = [i for i, n in enumerate(nodes) if pad.outputs[0] in n.inputs]
        merged = [_merged(graph, pad, nodes[i]) for i in readers]
        if None in merged or pad.outputs[0] in graph.outputs:
            continue
        for i, node in zip(readers, merged, strict=True):
            nodes[i] = node if node is not None else nodes[i]
        nodes.remove(pad)
    return replace(graph, nodes=tuple(nodes))


def _merged(graph: Graph, pad: Node, node: Node) -> Node | None:
    """A convolution and the PAD in front of it as one, None if they differ in meaning."""
    if not isinstance(node.attrs, Filtering) or node.inputs[0] != pad.outputs[0]:
        return None
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
