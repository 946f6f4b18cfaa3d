"""Dead channels: what goes and what has to stay."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from channel_model import FAR, Model, channels, output, pruned, put, start
from random_model import RandomModel

from weft.frontend import load
from weft.ir import DType
from weft.passes import dead_channels

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
    y = b.add(y, y, builtin="SUB")
    y = b.maximum(y, y)
    graph = pruned(b, x, b.fully_connected(b.reshape(b.mean(y), (1, 4)), 2))
    assert channels(graph) == [3] * 14 + [2]


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
    y = b.tensor((1, 2), 2.0**-23)
    weights = b.constant([[75, 75], [75, 75]], 1.0)
    ones = b.constant([1, 1], 1.0, dtype="int32")
    b.operator("FULLY_CONNECTED", [x, weights, ones], [y])
    pruned(b, x, b.edit(b.fully_connected(y, 2), lambda w: [[1, 9], [9, 1]]))


def test_products_that_wrap() -> None:
    """The same for products: those of the least and of the greatest value are equal here."""
    b = Model(seed=3)
    x, y = b.tensor((1, 2), 1.0, -128), b.tensor((1, 2), 1.0, -128)
    eye, ones = b.constant([[1, 0], [0, 1]], 1.0), b.constant([1, 1], 1.0, dtype="int32")
    b.operator("FULLY_CONNECTED", [x, eye, ones], [y])
    z = b.tensor((1, 2), 2.0**-23)
    b.operator("MUL", [y, b.constant([127, 127], 1.0, -1)], [z])
    pruned(b, x, b.edit(b.fully_connected(z, 2), lambda w: [[1, 9], [9, 1]]))


def test_constant_with_a_border() -> None:
    """PAD puts zero points around a constant, which then is none, unless it is the zero point."""
    for zero_point, left in ((5, 4), (127, 3)):
        b, x, y = start()
        b.graph.tensors[y].quantization.zeroPoint[:] = zero_point
        z = b.pad(b.stuck(y, 2), ((0, 0), (1, 0), (0, 0), (0, 0)))
        assert channels(pruned(b, x, b.conv_2d(z, 2, (1, 1)))) == [left, left, 2]


# --- Unread channels


def squeezed(b: RandomModel, y: int) -> int:
    """An image without its first axis, and with it again."""
    shape = b.shape(y)
    small, again = b.like(y, shape[1:]), b.like(y, shape)
    b.operator("SQUEEZE", [y], [small], squeeze_dims=[0])
    b.operator("EXPAND_DIMS", [small, b.integers(0)], [again])
    return again


LINKS: dict[str, Callable[[RandomModel, int], int]] = {
    "depthwise": lambda b, y: b.depthwise_conv_2d(y, stride=(2, 1)),
    "max pool": lambda b, y: b.max_pool_2d(y),
    "average pool": lambda b, y: b.average_pool_2d(y, padding="SAME"),
    "relu": lambda b, y: b.relu(y),
    "pad": lambda b, y: b.pad(y, ((0, 0), (1, 2), (0, 1), (0, 0))),
    "transpose": lambda b, y: b.transpose(y, (0, 2, 1, 3)),
    "reshape": lambda b, y: b.reshape(y, (1, 1, 36, 4)),
    "squeeze and expand": squeezed,
    "float": lambda b, y: b.quantize(b.dequantize(y), 0.1, 3),
    "mirror": lambda b, y: b.pad(y, ((0, 0), (1, 2), (0, 1), (0, 0)), "MIRROR_PAD", mode="REFLECT"),
    "nearest": lambda b, y: b.resize(y, (4, 9)),
    "bilinear": lambda b, y: b.resize(y, (4, 9), "BILINEAR"),
    "mean": lambda b, y: b.mean(y, (1, 2), keep_dims=True),
    "sum": lambda b, y: b.reduce("SUM", y, (2,), keep_dims=True),
    "maximum": lambda b, y: b.reduce("REDUCE_MAX", y, (1,), keep_dims=True),
    "constant operands": lambda b, y: b.mul(b.constant([1, 2, 3, 4], 0.2), b.add(
        y, b.constant(np.arange(36).reshape(6, 6, 1), 0.1))),
    "difference": lambda b, y: b.add(b.constant([1, 2, 3, 4], 0.2), y, builtin="SUB"),
    "slopes": lambda b, y: b.prelu(y, b.constant([1, 2, 3, 4], 0.2)),
    "itself": lambda b, y: b.add(y, y),
}  # fmt: skip
MIXERS: dict[str, Callable[[RandomModel, int], int]] = {
    "softmax": lambda b, y: b.softmax(y),
    "transpose": lambda b, y: b.transpose(y, (0, 3, 2, 1)),
    "pad": lambda b, y: b.pad(y, ((0, 0), (0, 0), (0, 0), (1, 0))),
    "mean": lambda b, y: b.mean(y, (3,), keep_dims=True),
    "minimum": lambda b, y: b.reduce("REDUCE_MIN", y, (3,), keep_dims=True),
    "mirror": lambda b, y: b.pad(
        y, ((0, 0), (0, 0), (0, 0), (1, 0)), "MIRROR_PAD", mode="SYMMETRIC"
    ),
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


def test_vectors_across_pixels() -> None:
    """A dense layer whose vectors start in the middle of a pixel keeps all channels."""
    b, x, y = start((1, 1, 3, 3))
    z = b.tensor((2, 2), 0.1)
    b.operator("FULLY_CONNECTED", [y, b.constant(np.zeros((2, 6)), 0.1)], [z])
    graph = load(b.build([x], [z]), "small")
    assert dead_channels(graph) is graph


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


# --- Several inputs


def test_joined_channels() -> None:
    """What is dead or constant on one side of a CONCATENATION goes there, and only there."""
    b, x, y = start()
    z = b.conv_2d(x, 3)
    b.stuck(z, 2)
    for t in (y, z):
        b.graph.tensors[t].quantization.scale[:] = 0.1
        b.graph.tensors[t].quantization.zeroPoint[:] = 0
    joined = b.tensor((1, 5, 5, 7), 0.1, 0)
    b.operator("CONCATENATION", [y, z], [joined], axis=-1)
    graph = pruned(b, x, b.deaf(b.conv_2d(joined, 2, (1, 1)), 0, 5))
    assert channels(graph) == [3, 1, 4, 2]
    assert output(graph, 2).channels == (1, 2, 3, 4)


def test_joined_rows() -> None:
    """Along another axis the channels of all inputs belong together; constants lose theirs."""
    b, x, y = start()
    wide = b.constant(b.rng.integers(-128, 128, (1, 2, 5, 4)), b.scale(y), b.zero_point(y))
    joined = b.tensor((1, 7, 5, 4), b.scale(y), b.zero_point(y))
    b.operator("CONCATENATION", [wide, y], [joined], axis=1)
    assert channels(pruned(b, x, b.deaf(b.conv_2d(joined, 2, (1, 1)), 1))) == [3, 3, 2]


def test_joined_with_a_constant() -> None:
    """Constants among the channels keep all of them."""
    b, x, y = start()
    wide = b.constant(b.rng.integers(-128, 128, (1, 5, 5, 2)), b.scale(y), b.zero_point(y))
    joined = b.tensor((1, 5, 5, 6), b.scale(y), b.zero_point(y))
    b.operator("CONCATENATION", [wide, y], [joined], axis=3)
    assert channels(pruned(b, x, b.deaf(b.conv_2d(joined, 2, (1, 1)), 1, 3))) == [4, 6, 2]


def test_other_elementwise_operators() -> None:
    """SUB and MAXIMUM tie their operands' channels; MAXIMUM knows what is constant behind it."""
    b, x, y = start()
    z = b.conv_2d(x, 4)
    difference = b.tensor((1, 5, 5, 4), 0.2, 3)
    b.operator("SUB", [y, z], [difference])
    limit = b.constant([[[[127, -128, -128, -128]]]], 0.2, 3)
    most = b.tensor((1, 5, 5, 4), 0.2, 3)
    b.operator("MAXIMUM", [difference, limit], [most])
    graph = pruned(b, x, b.deaf(b.conv_2d(most, 2, (1, 1)), 3))
    assert channels(graph) == [2, 2, 2, 2, 2]
