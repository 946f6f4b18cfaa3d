"""Dead channels: what goes and what has to stay, and that no bit of what is left changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from host_build import HostBuild
from hypothesis import given, settings
from random_model import RandomModel
from shared_files import shared_folder
from sparse_model import sparse_graphs

from weft import driver, emit
from weft.frontend import load
from weft.ir import DType, Graph, Tensor, verify
from weft.ops.totals import graph_macs
from weft.passes import dead_channels
from weft.program import Program
from weft.verify import NumpyReference, compare, find_reference, make_samples

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


def assert_same(model: bytes) -> Graph:
    """Run the pass, and every value before and after it."""
    before = load(model, "small")
    after = dead_channels(before)
    verify(after)
    assert dead_channels(after) is after
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


# --- Constant channels


@pytest.mark.parametrize("activation", ["NONE", "RELU", "RELU6"])
def test_constant_beyond_the_clamp(activation: str) -> None:
    """Channels that are always clamped become part of the next bias."""
    b = Model(seed=3)
    x = b.input((1, 5, 5, 3))
    y = b.stuck(b.stuck(b.conv_2d(x, 5, activation=activation), 0, bias=-FAR), 3)
    graph = pruned(b, x, b.conv_2d(y, 4, (1, 1)))
    assert channels(graph) == [3, 4]
    assert output(graph, 0).channels == (1, 2, 4)
    first, second = graph.nodes
    shapes = [graph[t].shape for t in (*first.inputs[1:], *second.inputs[1:]) if t is not None]
    assert shapes == [(3, 3, 3, 3), (3,), (4, 1, 1, 3), (4,)]
    assert first.inputs[1] is not None and len(graph[first.inputs[1]].q.scale) == 3


def test_constant_by_zero_weights() -> None:
    """A filter of zeros gives its bias; the consumer may have none, and gets one."""
    b, x, y = start()
    b.edit(y, lambda w: put(w, 1, 0))
    graph = pruned(b, x, b.conv_2d(y, 4, (1, 1), bias=False))
    assert channels(graph) == [3, 4]
    bias = graph.nodes[1].inputs[2]
    assert bias is not None and graph[bias].dtype is DType.INT32


@pytest.mark.parametrize(
    ("kernel", "padding", "zero_point", "left"),
    [
        ((3, 3), "SAME", 5, 4),  # the border sees the zero point, the middle the constant
        ((3, 3), "SAME", 127, 3),  # which are the same here
        ((3, 3), "VALID", 5, 3),
        ((1, 1), "SAME", 5, 3),
        ((1, 2), "SAME", 5, 4),
    ],
)
def test_constant_at_the_border(
    kernel: tuple[int, int], padding: str, zero_point: int, left: int
) -> None:
    """What padding hides cannot be part of the bias. A kept constant reads nothing, though."""
    b, x, y = start()
    b.graph.tensors[y].quantization.zeroPoint[:] = zero_point
    b.stuck(y, 2)
    graph = pruned(b, x, b.conv_2d(y, 4, kernel, padding=padding))
    assert channels(graph) == [left, 4]


def test_padding_that_no_window_meets() -> None:
    """SAME padding of a stride that leaves the border out, and of an image of one pixel."""
    b, x, y = start((1, 6, 6, 3))
    b.stuck(y, 2)
    assert channels(pruned(b, x, b.conv_2d(y, 4, (2, 2), (2, 2)))) == [3, 4]
    b, x, y = start((1, 1, 1, 3))
    b.stuck(y, 2)
    assert channels(pruned(b, x, b.conv_2d(y, 4, (3, 3)))) == [3, 4]


def test_constants_spread() -> None:
    """A constant stays one through every operator, down to a bias."""
    b, x, y = start()
    y = b.depthwise_conv_2d(b.stuck(y, 1), padding="VALID")
    y = b.max_pool_2d(b.relu(b.average_pool_2d(y, kernel=(2, 2), stride=(1, 1))))
    y = b.mul(b.add(y, y), b.constant([[[[3, 4, 5, 6]]]], 0.1))
    y = b.quantize(b.quantize(b.transpose(y, (0, 2, 1, 3)), 0.1), 0.2, 3)
    graph = pruned(b, x, b.fully_connected(b.reshape(b.mean(y), (1, 4)), 2))
    assert channels(graph) == [3] * 12 + [2]


def test_constant_that_is_kept_reads_nothing() -> None:
    """The caller sees a constant channel; nobody computes what it was made from."""
    b, x, y = start()
    z = b.stuck(b.conv_2d(y, 2, (1, 1)), 0)
    b.edit(z, lambda w: put(w, (1, slice(None), slice(None), [0, 2]), 0))
    b.edit(z, lambda w: np.where(np.arange(2).reshape(2, 1, 1, 1) == 1, w * [0, 1, 0, 1], w))
    assert channels(pruned(b, x, z)) == [2, 2]


def test_bias_without_room() -> None:
    """A constant stays if the sum's bound has no room for the weight that takes its place."""
    b = Model(seed=3)
    x = b.input((1, 2))
    y = b.stuck(b.fully_connected(x, 2), 1, bias=-FAR)
    b.graph.tensors[y].quantization.zeroPoint[:] = 0
    z = b.fully_connected(y, 1, per_channel=False)
    weights = b.graph.tensors[b.graph.operators[-1].inputs[1]]
    weights.quantization.zeroPoint[:] = 127
    b.edit(z, lambda w: [[3, 0]])
    least = 128 * (3 + 2 * 127)
    for bias, left in ((2**31 - 1 - least, 2), (1000, 1)):
        b.edit(z, lambda _, bias=bias: [bias], position=2)
        assert channels(pruned(b, x, z)) == [left, 1]


def test_sums_that_wrap() -> None:
    """Multipliers that shift sums beyond int32 say nothing of the values between two sums."""
    b = Model(seed=3)
    x = b.tensor((1, 2), 1.0, -128)
    weights = b.constant([[75, 75], [75, 75]], 1.0)
    bias = b.constant([1, 1], 1.0, dtype="int32")
    y = b.tensor((1, 2), 2.0**-23)
    b.operator("FULLY_CONNECTED", [x, weights, bias], [y])
    pruned(b, x, b.edit(b.fully_connected(y, 2), lambda w: [[1, 9], [9, 1]]))


# --- Unread channels


LINKS: dict[str, Callable[[RandomModel, int], int]] = {
    "depthwise": lambda b, y: b.depthwise_conv_2d(y, stride=(2, 1)),
    "max pool": lambda b, y: b.max_pool_2d(y),
    "average pool": lambda b, y: b.average_pool_2d(y, padding="SAME"),
    "relu": lambda b, y: b.relu(y),
    "pad": lambda b, y: b.pad(y, ((0, 0), (1, 2), (0, 1), (0, 0))),
    "transpose": lambda b, y: b.transpose(y, (0, 2, 1, 3)),
    "reshape": lambda b, y: b.reshape(y, (1, 1, 36, 4)),
    "float": lambda b, y: b.quantize(b.dequantize(y), 0.1, 3),
    "mean": lambda b, y: b.mean(y, (1, 2), keep_dims=True),
    "constant operands": lambda b, y: b.mul(b.constant([1, 2, 3, 4], 0.2), b.add(
        y, b.constant(np.arange(36).reshape(6, 6, 1), 0.1))),
    "itself": lambda b, y: b.add(y, y),
}  # fmt: skip
MIXERS: dict[str, Callable[[RandomModel, int], int]] = {
    "softmax": lambda b, y: b.softmax(y),
    "transpose": lambda b, y: b.transpose(y, (0, 3, 2, 1)),
    "pad": lambda b, y: b.pad(y, ((0, 0), (0, 0), (0, 0), (1, 0))),
    "mean": lambda b, y: b.mean(y, (3,), keep_dims=True),
    "groups": lambda b, y: b.conv_2d(y, 4, groups=2),
    "reshape": lambda b, y: b.reshape(y, (1, 6, 8, 3)),
}


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_unread_goes_through(link: Callable[[RandomModel, int], int]) -> None:
    """What nobody reads is not computed, however far back that goes."""
    b, x, y = start((1, 6, 6, 3))
    z = b.deaf(b.conv_2d(link(b, y), 2, (1, 1)), 0, 3)
    graph = pruned(b, x, z)
    assert set(channels(graph)[:-1]) == {2}
    assert {output(graph, i).channels for i in range(len(graph.nodes) - 1)} == {(1, 2)}


@pytest.mark.parametrize("mixer", MIXERS.values(), ids=MIXERS)
def test_unread_stops(mixer: Callable[[RandomModel, int], int]) -> None:
    """An operator that mixes channels keeps all that it reads and makes."""
    b, x, y = start((1, 6, 6, 3))
    y = mixer(b, y)
    model = load(b.build([x], [y]), "small")
    assert dead_channels(model) is model
    assert channels(pruned(b, x, b.deaf(b.conv_2d(y, 2, (1, 1)), 0)))[0] == 4


def test_callers_tensors_stay() -> None:
    """Inputs and outputs keep their channels, and so do those tied to them."""
    b, x, y = start()
    z = b.deaf(b.conv_2d(b.relu(x), 2), 0)
    graph = pruned(b, x, y, b.deaf(b.conv_2d(y, 2), 0, 1), z)
    assert channels(graph) == [4, 3, 2, 2]


def test_flattened_channels() -> None:
    """A dense layer behind an image reads a channel at every pixel, or drops all its columns."""
    columns = [pixel * 4 + c for pixel in range(6) for c in (1, 2)]
    flat: Callable[[Model, int], int]
    for flat in (
        lambda b, y: y,
        lambda b, y: b.reshape(y, (1, 24)),
        lambda b, y: b.reshape(y, (1, 3, 8)),
    ):
        b, x, y = start((1, 2, 3, 3))
        dense = b.deaf(b.fully_connected(flat(b, y), 3), *columns)
        graph = pruned(b, x, dense)
        node = graph.nodes[-1]
        assert (channels(graph)[0], graph[node.inputs[1] or 0].shape) == (2, (3, 12))
        b.edit(dense, lambda w: put(w, (0, 13), 1))
        assert channels(pruned(b, x, dense))[0] == 3


def test_depth_multiplier() -> None:
    """Outputs of a depthwise layer go together if they come from the same input."""
    b, x, y = start()
    z = b.depthwise_conv_2d(y, 2)
    graph = pruned(b, x, b.deaf(b.conv_2d(z, 2, (1, 1)), 0, 1, 2, 7))
    assert channels(graph) == [3, 6, 2]
    assert output(graph, 1).channels == (2, 3, 4, 5, 6, 7)


def test_residual() -> None:
    """A channel of a sum goes if nobody reads it on any side."""
    b, x, y = start()
    side = b.conv_2d(y, 4)
    total = b.add(y, side)
    z = b.deaf(b.conv_2d(total, 2, (1, 1)), 0, 2)
    assert channels(pruned(b, x, z)) == [4, 4, 4, 2]
    b.deaf(side, 0)
    graph = pruned(b, x, z)
    assert channels(graph) == [3, 3, 3, 2]
    assert {output(graph, i).channels for i in range(3)} == {(1, 2, 3)}


def test_one_constant_side() -> None:
    """A constant added to what is not constant stays; two constants make one."""
    b, x, y = start()
    side = b.stuck(b.conv_2d(y, 4, (1, 1)), 1)
    z = b.conv_2d(b.add(y, side), 2, (1, 1))
    assert channels(pruned(b, x, z)) == [4, 4, 4, 2]
    b.stuck(y, 1)
    assert channels(pruned(b, x, z)) == [3, 3, 3, 2]


def test_one_channel_stays() -> None:
    """A layer that reads nothing still has something to read; per-channel dense layers two."""
    b, x, y = start()
    b.deaf(b.conv_2d(b.depthwise_conv_2d(y), 2), 0, 1, 2, 3)
    assert channels(pruned(b, x, b.graph.operators[-1].outputs[0])) == [1, 1, 2]
    b = Model(seed=3)
    x = b.input((1, 4))
    y = b.fully_connected(x, 5, per_channel=True)
    z = b.deaf(b.fully_connected(y, 2), 0, 1, 2, 3)
    graph = pruned(b, x, z)
    assert (channels(graph), output(graph, 0).channels) == ([2, 2], (0, 4))


# --- Equal channels


def test_twins_are_read_once() -> None:
    """Equal channels share a column, also behind depthwise layers that treat them equally."""
    b, x, y = start()
    graph = pruned(b, x, b.edit(b.conv_2d(b.copied(y, 2, 0), 3), lambda w: w // 2))
    assert (channels(graph), output(graph, 0).channels) == ([3, 3], (0, 1, 3))
    b, x, y = start()
    z = b.depthwise_conv_2d(b.copied(y, 2, 0), per_channel=False)
    last = b.edit(b.conv_2d(z, 3), lambda w: w // 2)
    assert channels(pruned(b, x, last)) == [4, 4, 3]
    b.edit(z, lambda w: put(w, (..., 2), w[..., 0]))
    b.edit(z, lambda bias: put(bias, 2, bias[0]), position=2)
    assert channels(pruned(b, x, last)) == [3, 3, 3]


def test_weights_that_do_not_add_up() -> None:
    """Equal channels stay where a sum of weights does not fit, and for readers that need both."""
    b, x, y = start()
    z = b.edit(b.conv_2d(b.copied(y, 2, 0), 3), lambda w: np.full_like(w, 60))
    for weight, left in ((67, 3), (68, 4), (-128, 3), (0, 3)):
        b.edit(z, lambda w, weight=weight: put(w, (1, 1, 1, 2), weight))
        assert channels(pruned(b, x, z)) == [left, 3]
    assert channels(pruned(b, x, z, b.softmax(y))) == [4, 3, 4]


def test_nearly_equal() -> None:
    """Another weight, bias or scale makes another channel."""

    def left(change: Callable[[Model, int], object]) -> int:
        b, x, y = start()
        change(b, b.copied(y, 2, 0))
        return channels(pruned(b, x, b.edit(b.conv_2d(y, 3), lambda w: w // 2)))[0]

    def scale(b: Model, _: int) -> None:
        weights = b.graph.tensors[b.graph.operators[0].inputs[1]]
        weights.quantization.scale[2] *= np.float32(1.0001)

    assert left(lambda b, y: None) == 3
    assert left(lambda b, y: b.edit(y, lambda w: put(w, (2, 0, 0, 0), 5))) == 4
    assert left(lambda b, y: b.edit(y, lambda w: put(w, 2, 5), position=2)) == 4
    assert left(scale) == 4


# --- Whole models


def compiled_both(model: bytes) -> tuple[Program, Program]:
    """A model compiled with and without the pass."""
    with_, without = driver.Options("m"), driver.Options("m", no_passes=("dead_channels",))
    return (
        driver.compile_model(model, "m.tflite", with_),
        driver.compile_model(model, "m.tflite", without),
    )


@settings(max_examples=400)
@given(model=sparse_graphs())
def test_sparse_graphs(model: bytes) -> None:
    """Every value that is left is what it was."""
    assert_same(model)


@settings(max_examples=50)
@given(model=sparse_graphs().filter(lambda m: dead_channels(load(m, "m")) != load(m, "m")))
def test_sparse_libraries(host: HostBuild, model: bytes) -> None:
    """Compiled, too: against the interpreter, and outputs against those of the whole model."""
    program, whole = compiled_both(model)
    samples = make_samples(program.model, 4)
    reference = find_reference(model, program.model)
    traces = host.run(program, samples)
    view = emit.harness_view(program)
    verdict = compare(program, view, samples, traces, reference)
    assert verdict.bit_exact, verdict.first_mismatch
    outputs = [(view, traces), (emit.harness_view(whole), host.run(whole, samples))]
    sizes = [program.graph[t].nbytes for t in program.graph.outputs]
    found = [
        [trace[p.base : p.base + n].tobytes() for trace in runs for p, n in
         zip(view.outputs, sizes, strict=True)]
        for view, runs in outputs
    ]  # fmt: skip
    assert found[0] == found[1]


def test_what_is_left_is_verified(host: HostBuild) -> None:
    """A wrong byte in a narrow tensor is found, and named by its channel in the model."""
    b, x, y = start()
    model = b.build([x], [b.deaf(b.conv_2d(y, 2), 0, 2)])
    program, _ = compiled_both(model)
    samples = make_samples(program.model, 1)
    traces, view = host.run(program, samples), emit.harness_view(program)
    reference = find_reference(model, program.model)
    narrow = next(t for t in view.tensors if program.graph[t].channels == (1, 3))
    traces[0][view.tensors[narrow] + 2 * 7 + 1] ^= 1
    verdict = compare(program, view, samples, traces, reference)
    assert (verdict.layers, verdict.layers_exact) == (2, 1)
    assert verdict.first_mismatch is not None
    assert verdict.first_mismatch.element == (0, 1, 2, 3)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "macs", "weights"),
    [
        ("vww_96_int8", 3_740_000, 30_000),
        ("mobilenetv2_030_80", 7_430_000, 1_550_000),
        ("tinyengine_vww", 10_940_000, 395_000),
        ("hello_world_int8", 220, 220),
    ],
)
def test_published_models(name: str, macs: int, weights: int) -> None:
    """Work and weights that are left."""
    folder = shared_folder()
    assert folder is not None
    before = load((folder / "models" / f"{name}.tflite").read_bytes(), name)
    after = dead_channels(before)
    layers = (n for n in after.nodes if n.op in ("conv_2d", "depthwise_conv_2d", "fully_connected"))
    assert sum(after[n.inputs[1] or 0].elements for n in layers) <= weights
    assert graph_macs(after) <= macs < graph_macs(before)
