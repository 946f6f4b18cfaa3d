"""Make a dilated convolution of SPACE_TO_BATCH_ND, convolution and BATCH_TO_SPACE_ND.

So frameworks without dilated kernels write it: every d-th pixel becomes an image of its own, which
an ordinary filter reads. Padding of the batch is d times as much in the image; what is cropped in
the end was padded in the beginning. One-dimensional networks have views around the convolution.
What is done to each pixel of the batch behind the convolution is done to those of the image then.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

from weft.ir import Graph, Node, Tensor, TensorId
from weft.ops import REGISTRY, OpView, rejection
from weft.ops.elementwise.elementwise import Elementwise
from weft.ops.weighted.filters import Filtering
from weft.ops.window import Pads
from weft.passes.wiring import makers, uses, without_unread


@dataclass(frozen=True, slots=True)
class _Idiom:
    """The three operators, and all that they replace: views between them, too."""

    split: Node
    conv: Node
    pixelwise: tuple[Node, ...]  # behind the convolution
    join: Node
    nodes: tuple[Node, ...]


def dilations(graph: Graph) -> Graph:
    """The graph with dilated convolutions in place of convolutions of batches of pixels."""
    for node in graph.nodes:
        idiom = _idiom(graph, node) if node.op == "batch_to_space_nd" else None
        if idiom is not None:
            graph = _dilated(graph, idiom) or graph
    return graph


def _idiom(graph: Graph, join: Node) -> _Idiom | None:
    """What ends in a BATCH_TO_SPACE_ND, None if that is something else, or has other readers."""
    made, count = makers(graph), uses(graph)
    found = [join]
    while found[-1].op != "space_to_batch_nd":
        sources = graph.activations(found[-1])
        node = made.get(sources[0]) if len(sources) == 1 else None
        if node is None or count[sources[0]] != 1 or len(node.outputs) != 1:
            return None
        kinds = isinstance(node.attrs, Filtering), REGISTRY[node.op].view, _pixelwise(graph, node)
        if not any(kinds) and node.op != "space_to_batch_nd":
            return None
        found.append(node)
    nodes = tuple(reversed(found))
    convs = [node for node in nodes if isinstance(node.attrs, Filtering)]
    pixelwise = tuple(node for node in nodes if _pixelwise(graph, node))
    if len(convs) != 1 or any(nodes.index(node) < nodes.index(convs[0]) for node in pixelwise):
        return None
    return _Idiom(nodes[0], convs[0], pixelwise, join, nodes)


def _pixelwise(graph: Graph, node: Node) -> bool:
    """Whether an operator does the same to each pixel of a tensor, wherever it is."""
    sources, output = graph.activations(node), graph[node.outputs[0]]
    constants = [graph[t] for t in node.inputs if t is not None and t not in sources]
    return (
        issubclass(REGISTRY[node.op], Elementwise)
        and [graph[t].shape for t in sources] == [output.shape]
        and all(t.elements in (1, t.shape[-1]) for t in constants if t.shape)
    )


def _dilated(graph: Graph, idiom: _Idiom) -> Graph | None:
    """The graph with one convolution for all of the idiom, None if that is not the same."""
    image, result = graph[_first(idiom.split)], graph[idiom.join.outputs[0]]
    batch, convolved = graph[_first(idiom.conv)], graph[idiom.conv.outputs[0]]
    last = graph[idiom.pixelwise[-1].outputs[0]] if idiom.pixelwise else convolved
    attrs = _attrs(graph, idiom, batch, convolved)
    quants = image.quant == batch.quant and last.quant == result.quant
    if attrs is None or not quants or image.shape[0] != 1:
        return None
    tensors = list(graph.tensors)

    def as_rank_4(tensor: Tensor, t: TensorId) -> TensorId:
        if len(tensor.shape) == 4:
            return t
        shape = (1, 1, tensor.shape[1], tensor.shape[2])
        tensors.append(replace(tensor, shape=shape, origin=None))
        return TensorId(len(tensors) - 1)

    source = as_rank_4(image, _first(idiom.split))
    target = as_rank_4(result, idiom.join.outputs[0])
    made = _moved(graph, idiom, tensors, target)
    made[0] = replace(made[0], inputs=(source, *made[0].inputs[1:]), attrs=attrs)
    all_nodes = list(made)
    if source != _first(idiom.split):
        all_nodes.insert(0, Node("reshape", (_first(idiom.split),), (source,)))
    if target != idiom.join.outputs[0]:
        all_nodes.append(Node("reshape", (target,), idiom.join.outputs))
    changed = replace(graph, tensors=tuple(tensors), nodes=_replaced(graph, idiom.join, all_nodes))
    unmet = [rejection(REGISTRY[node.op], OpView.of(changed, node)) for node in made]
    return None if any(unmet) else without_unread(changed)


def _moved(graph: Graph, idiom: _Idiom, tensors: list[Tensor], target: TensorId) -> list[Node]:
    """The convolution and what is behind it, one after the other, in the shape of `target`.

    Tensors between them are appended to `tensors`.
    """
    made, before = list[Node](), TensorId(-1)
    for node in (idiom.conv, *idiom.pixelwise):
        sources = graph.activations(node)
        inputs = tuple(before if made and t in sources else t for t in node.inputs)
        tensors.append(replace(graph[node.outputs[0]], shape=tensors[target].shape, origin=None))
        before = TensorId(len(tensors) - 1)
        made.append(replace(node, inputs=inputs, outputs=(before,)))
    tensors.pop()
    made[-1] = replace(made[-1], outputs=(target,))
    others = (n.origins for n in idiom.nodes if n not in idiom.pixelwise)
    made[0] = replace(made[0], origins=tuple(itertools.chain.from_iterable(others)))
    return made


def _replaced(graph: Graph, old: Node, new: list[Node]) -> tuple[Node, ...]:
    number = graph.nodes.index(old)
    return (*graph.nodes[:number], *new, *graph.nodes[number + 1 :])


def _first(node: Node) -> TensorId:
    source = node.inputs[0]
    assert source is not None
    return source


def _attrs(graph: Graph, idiom: _Idiom, batch: Tensor, convolved: Tensor) -> Filtering | None:
    """Where the filters of the dilated convolution are applied."""
    split, join, a = idiom.split.attrs, idiom.join.attrs, idiom.conv.attrs
    if split.block != join.block or (a.stride_h, a.stride_w) != (1, 1):
        return None
    if len(graph[_first(idiom.split)].shape) != len(graph[idiom.join.outputs[0]].shape):
        return None
    wanted = graph[idiom.split.outputs[0]].shape, graph[_first(idiom.join)].shape
    sides = tuple(_placed(t.shape, len(wanted[0])) for t in (batch, convolved))
    if sides != wanted:
        return None
    before, after, crop_before, crop_after, block = (
        pair[::-1] if len(wanted[0]) == 3 else pair
        for pair in (split.before, split.after, join.before, join.after, split.block)
    )
    pads = Pads(
        a.pads.top * block[0] + before[0] - crop_before[0],
        a.pads.bottom * block[0] + after[0] - crop_after[0],
        a.pads.left * block[1] + before[1] - crop_before[1],
        a.pads.right * block[1] + after[1] - crop_after[1],
    )
    if min(pads) < 0:
        return None
    dilation_h, dilation_w = a.dilation_h * block[0], a.dilation_w * block[1]
    found: Filtering = replace(a, pads=pads, dilation_h=dilation_h, dilation_w=dilation_w)
    return found


def _placed(shape: tuple[int, ...], rank: int) -> tuple[int, ...]:
    """The shape that a batch of images of height 1 has without the height."""
    one_high = rank == 3 and len(shape) == 4 and shape[1] == 1
    return (shape[0], *shape[2:]) if one_high else shape
