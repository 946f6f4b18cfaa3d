"""Make a convolution with as many groups as input channels a depthwise one.

They are the same, but the kernels for groups are made for deep ones, and the passes behind know
more of depthwise layers.
"""

from __future__ import annotations

from dataclasses import replace

from weft.ir import Graph, Node, Tensor, TensorId
from weft.ops import REGISTRY, OpView, rejection
from weft.ops.weighted.depthwise_conv_2d import Depthwise, DepthwiseConv2D


def depthwise_groups(graph: Graph) -> Graph:
    """The graph with depthwise layers instead of such convolutions."""
    tensors, nodes = list(graph.tensors), list[Node]()
    for node in graph.nodes:
        made = _depthwise(OpView.of(graph, node)) if node.op == "conv_2d" else None
        if made is None:
            nodes.append(node)
            continue
        weights = TensorId(len(tensors))
        tensors.append(made.input(1))
        inputs = (node.inputs[0], weights, *node.inputs[2:])
        nodes.append(replace(made.node, inputs=inputs))
    return replace(graph, tensors=tuple(tensors), nodes=tuple(nodes))


def _depthwise(op: OpView) -> OpView | None:
    """The depthwise layer with filters of its own; None if groups are deeper, or it has none."""
    count, _, _, depth = op.input(1).shape
    channels, a = op.input(0).shape[3], op.attrs
    if depth != 1 or channels == 1:
        return None
    attrs = Depthwise(
        a.pads,
        a.stride_h,
        a.stride_w,
        a.activation,
        a.dilation_h,
        a.dilation_w,
        count // channels,
    )
    node = replace(op.node, op=DepthwiseConv2D.name, attrs=attrs)
    made = OpView(node, (op.inputs[0], _filters(op.input(1)), *op.inputs[2:]), op.outputs)
    return made if rejection(REGISTRY[node.op], made) is None else None


def _filters(weights: Tensor) -> Tensor:
    """OHW1 filters as 1HWO."""
    data, quant = weights.data.transpose(3, 1, 2, 0), weights.q
    if quant.axis is not None:
        quant = replace(quant, axis=3)
    const = weights.dtype.pack(data)
    return replace(weights, shape=data.shape, const=const, quant=quant, origin=None)
