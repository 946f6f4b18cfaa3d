"""Make a PAD of rows and columns part of the convolution or MAX_POOL_2D that reads it.

A convolution's own padding counts as the input's zero point, which is what PAD fills with. The
padding of a MAX_POOL_2D does not count: that is the same where no value is below the zero point,
as behind a RELU. Knows nothing of where padding is stored: that is for the kernels' geometry and
the bands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from weft.ir import DType, Graph, Node, TensorId
from weft.ops import REGISTRY, OpView, rejection
from weft.ops.activation import clamp_range
from weft.ops.weighted.filters import Filtering
from weft.ops.window import Pads, Sliding
from weft.passes.tables import byte_table
from weft.passes.wiring import makers

Makers = Mapping[TensorId, Node]
_WIDEST = 0x7FFF  # rows, and bytes beside a row, that all tables of the executor hold


def fold_pad(graph: Graph) -> Graph:
    """The graph with windows that read what PADs read; those PADs are gone.

    A PAD that somebody else reads too stays for all: folded for some, it would cost its rows
    twice.
    """
    nodes, made = list(graph.nodes), makers(graph)
    for pad in reversed([n for n in graph.nodes if n.op == "pad"]):
        readers = [i for i, n in enumerate(nodes) if pad.outputs[0] in n.inputs]
        merged = [_merged(graph, made, pad, nodes[i]) for i in readers]
        if None in merged or pad.outputs[0] in graph.results:
            continue
        for i, node in zip(readers, merged, strict=True):
            nodes[i] = node if node is not None else nodes[i]
        nodes.remove(pad)
    return replace(graph, nodes=tuple(nodes))


def _merged(graph: Graph, made: Makers, pad: Node, node: Node) -> Node | None:
    """A window and the PAD in front of it as one, None if they differ in meaning."""
    if not isinstance(node.attrs, Sliding) or node.inputs[0] != pad.outputs[0]:
        return None
    if not isinstance(node.attrs, Filtering) and not _never_counts(graph, made, pad, node):
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
    assert unmet is None or not isinstance(node.attrs, Filtering), unmet
    return merged if unmet is None else None


def _never_counts(graph: Graph, made: Makers, pad: Node, pool: Node) -> bool:
    """Whether a MAX_POOL_2D gives the same with the zero points of a PAD as without them."""
    (source,), output = pad.inputs, graph[pool.outputs[0]]
    if pool.op != "max_pool_2d" or source is None or output.dtype is not DType.INT8:
        return False
    zero_point = graph[pad.outputs[0]].q.zp
    least, _ = clamp_range(pool.attrs.activation, output.q, -128, 127)
    return zero_point <= max(least, _least(graph, made, source))


def _least(graph: Graph, made: Makers, tensor: TensorId) -> int:
    """A bound of the values that an operator makes, the type's if no clamp or table tells."""
    node = made.get(tensor)
    if node is None or len(node.outputs) != 1:
        return -128
    if REGISTRY[node.op].clamps:
        return clamp_range(node.attrs.activation, graph[tensor].q, -128, 127)[0]
    found = byte_table(graph, node)
    return -128 if found is None else int(found[1].min())
