"""Small models whose channels are made dead, constant or equal one by one, and their pruned graphs.

b, x, y = start()
graph = pruned(b, x, b.deaf(b.conv_2d(y, 2), 0))  # nobody reads channel 0
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from random_model import RandomModel

from weft.frontend import load
from weft.ir import Graph, Tensor, verify
from weft.passes import dead_channels
from weft.verify import NumpyReference, make_samples

FAR = 10_000_000
"""A bias that takes every sum of these small layers beyond the clamp."""


class Model(RandomModel):
    """A model whose constants are edited layer by layer. What an edit does is its name."""

    def edit(self, y: int, change: Callable[[Any], Any], position: int = 1) -> int:
        """Replace the weights (1) or the bias (2) of the operator that makes `y`."""
        operator = next(o for o in self.graph.operators if y in o.outputs)
        tensor = self.graph.tensors[operator.inputs[position]]
        dtype = np.dtype("<i4" if position == 2 else "i1")
        buffer = self.model.buffers[tensor.buffer]
        values = np.frombuffer(bytes(buffer.data), dtype).reshape(tensor.shape).copy()
        changed = np.asarray(change(values), dtype)
        buffer.data = np.frombuffer(changed.tobytes(), np.uint8)
        return y

    def stuck(self, y: int, *channels: int, bias: int = FAR) -> int:
        """Output channels of a convolution or dense layer that are constant."""
        return self.edit(y, lambda values: put(values, list(channels), bias), position=2)

    def deaf(self, y: int, *channels: int) -> int:
        """Input channels of a convolution or dense layer (by columns) that it does not read."""
        return self.edit(y, lambda weights: put(weights, (..., list(channels)), 0))

    def copied(self, y: int, channel: int, source: int) -> int:
        """An output channel of a convolution that does the same as another one."""
        operator = next(o for o in self.graph.operators if y in o.outputs)
        for position in (1, 2):
            self.edit(y, lambda v: put(v, channel, v[source]), position)
            quantization = self.graph.tensors[operator.inputs[position]].quantization
            if len(quantization.scale) > 1:
                quantization.scale[channel] = quantization.scale[source]
        return y


def put(values: Any, index: Any, value: Any) -> Any:
    """The array with some entries replaced."""
    values[index] = value
    return values


def start(shape: tuple[int, ...] = (1, 5, 5, 3), channels: int = 4) -> tuple[Model, int, int]:
    """A model with its input and a convolution."""
    b = Model(seed=3)
    x = b.input(shape)
    return b, x, b.conv_2d(x, channels)


def pruned(b: RandomModel, x: int, *outputs: int) -> Graph:
    """The graph after the pass. What is left has the values that it had."""
    return assert_same(b.build([x], list(outputs)))


def assert_same(model: bytes, rewrite: Callable[[Graph], Graph] = dead_channels) -> Graph:
    """Run a pass, and every value before and after it."""
    before = load(model, "small")
    after = rewrite(before)
    verify(after)
    assert rewrite(after) is after
    left = {t for node in after.nodes for t in node.outputs}
    first, second = NumpyReference(before), NumpyReference(after)
    for inputs in make_samples(before, 5).inputs:
        wanted, got = first.run(inputs), second.run(inputs)
        for tensor in (after[t] for t in sorted(left)):
            assert tensor.origin is not None
            values = wanted[tensor.origin]
            kept = values if tensor.channels is None else values[..., tensor.channels]
            np.testing.assert_array_equal(kept, got[tensor.origin], tensor.name)
    return after


def channels(graph: Graph) -> list[int]:
    """Channels of each node's output."""
    return [graph[node.outputs[0]].shape[-1] for node in graph.nodes]


def output(graph: Graph, number: int) -> Tensor:
    """What a node makes."""
    return graph[graph.nodes[number].outputs[0]]
