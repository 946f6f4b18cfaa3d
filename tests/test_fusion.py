"""Passes that leave operators out: fused, merged, shared, cancelled, or read by nobody."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from host_build import HostBuild
from hypothesis import given, settings
from hypothesis import strategies as st
from pass_models import clamp, clamped_models
from random_model import RandomModel
from test_passes import assert_exact, ops, rewritten
from test_weights import with_int16

from weft.frontend import load
from weft.ir import dump
from weft.ops import REGISTRY, OpView
from weft.ops.activation import Limits
from weft.passes import NAMES

SHAPE = (1, 4, 3, 2)

# --- Clamps into what is in front of them


def test_clamps_join_the_producer() -> None:
    """RELU and RELU6 behind a convolution narrow its range, one after the other."""
    b = RandomModel()
    x = b.input(SHAPE)
    y = clamp(b, clamp(b, b.conv_2d(x, 2), "RELU6"))
    (node,) = rewritten(b.build([x], [y]), "fuse_clamps").nodes
    zero = b.zero_point(y)
    assert node.attrs.activation == Limits(zero, min(127, zero + round(6 / b.scale(y))))
    assert node.origins == (0, 1, 2)


def test_a_clamp_behind_a_clamp_that_it_excludes() -> None:
    """Ranges that do not meet: all values are the same."""
    b = RandomModel()
    x = b.input(SHAPE)
    y = b.add(x, x, "RELU_N1_TO_1")
    b.graph.tensors[y].quantization.scale[0] = 0.5
    table = b.tensor(SHAPE, 0.5, b.zero_point(y))
    b.operator("RELU", [y], [table])
    (node,) = rewritten(b.build([x], [table]), "fuse_clamps").nodes
    assert node.attrs.activation == Limits(b.zero_point(y), b.zero_point(y) + 2)


def test_clamps_behind_views(host: HostBuild) -> None:
    """Through as many views as there are; what the views look at has new values, and says so."""
    b = RandomModel()
    x = b.input(SHAPE)
    y = b.reshape(b.reshape(b.conv_2d(x, 2), (1, 24)), (3, 8))
    y = clamp(b, b.reshape(clamp(b, y), (8, 3)), "RELU6")
    model = b.build([x], [y])
    graph = rewritten(model, "fuse_clamps")
    assert [(n.op, n.origins) for n in graph.nodes] == [
        ("conv_2d", (0, 3, 5)),
        ("reshape", (1,)),
        ("reshape", (2,)),
        ("reshape", (4,)),
    ]
    origins = [graph[n.outputs[0]].origin for n in graph.nodes]
    assert origins == [None, None, None, y]
    assert_exact(host, model, rows=True)


def test_clamps_behind_views_that_others_read() -> None:
    """The view, what it looks at, or something that does not clamp in front of it."""

    def left(case: str) -> list[str]:
        b = RandomModel()
        x = b.input(SHAPE)
        y = b.mean(x, keep_dims=True) if case == "mean" else b.conv_2d(x, 2)
        z = b.reshape(y, (int(np.prod(b.shape(y))),))
        others = {"image": [y], "view": [z]}.get(case, [])
        return ops(rewritten(b.build([x], [clamp(b, z), *others]), "fuse_clamps"))

    assert left("none") == ["conv_2d", "reshape"]
    assert left("mean") == ["mean", "reshape", "relu"]
    assert left("image") == ["conv_2d", "reshape", "relu"]
    assert left("view") == ["conv_2d", "reshape", "relu"]


PRODUCERS: dict[str, Callable[[RandomModel, int], int]] = {
    "conv_2d": lambda b, x: b.conv_2d(x, 2),
    "depthwise_conv_2d": lambda b, x: b.depthwise_conv_2d(x),
    "add": lambda b, x: b.add(x, x),
    "mul": lambda b, x: b.mul(x, x),
    "average_pool_2d": lambda b, x: b.average_pool_2d(x),
    "fully_connected": lambda b, x: b.fully_connected(x, 3),
}


@pytest.mark.parametrize("producer", PRODUCERS)
def test_clamps_of_int16(producer: str, host: HostBuild) -> None:
    """RELU, RELU6 and extremes with a constant, by the table of all 65,536 values."""
    b = RandomModel(seed=2)
    x = b.input(SHAPE, 0.0005)
    y = clamp(b, PRODUCERS[producer](b, x), "RELU6")
    with_int16(b)
    limit = b.constant(3000, b.scale(y), dtype="int16")
    z = b.tensor(b.shape(y), b.scale(y), 0, dtype="int16")
    b.operator("MINIMUM", [y, limit], [z])
    model = b.build([x], [z])
    (node,) = rewritten(model, "fuse_clamps").nodes
    assert (node.op, node.origins) == (producer, (0, 1, 2))
    assert node.attrs.activation == Limits(0, min(3000, round(6 / b.scale(y))))
    assert_exact(host, model, rows=False)


def test_operators_of_int16_that_are_no_clamps() -> None:
    """Another quantization, or one value that is not what a clamp makes of it."""
    b = RandomModel(seed=2)
    x = b.input(SHAPE, 0.0005)
    y = b.relu(b.conv_2d(x, 2))
    z = b.like(y, b.shape(y))
    b.operator("ABS", [y], [z])
    with_int16(b)
    assert ops(rewritten(b.build([x], [z]), "fuse_clamps")) == ["conv_2d", "relu", "abs"]


def test_clamps_that_stay() -> None:
    """Behind something that has other readers, does not clamp, or another quantization."""

    def left(*kinds: str) -> list[str]:
        b = RandomModel()
        x = b.input(SHAPE)
        y = b.mean(x, keep_dims=True) if "mean" in kinds else b.conv_2d(x, 2)
        z = b.relu(y) if "scaled" in kinds else clamp(b, y)
        outputs = [z, y] if "output" in kinds else [z]
        outputs += [b.softmax(y)] if "read" in kinds else []
        return ops(rewritten(b.build([x], outputs), "fuse_clamps"))

    assert left() == ["conv_2d"]
    assert left("mean") == ["mean", "relu"]
    assert left("scaled") == ["conv_2d", "relu"]
    assert left("output") == ["conv_2d", "relu"]
    assert left("read") == ["conv_2d", "relu", "softmax"]


# --- Tables


def test_tables_in_a_row() -> None:
    """One table, with the origins of all; one that others read starts a table of its own."""
    b = RandomModel()
    x = b.input(SHAPE)
    y = b.relu6(b.relu(b.quantize(x, 0.02)))
    model = b.build([x], [b.relu(b.quantize(y, 0.3, 9)), y])
    graph = rewritten(model, "merge_tables")
    assert [(n.op, n.origins) for n in graph.nodes] == [("lut", (0, 1, 2)), ("lut", (3, 4))]
    values = np.arange(-128, 104).astype(np.int8)[:24].reshape(SHAPE)
    expected = actual = values
    for node in load(model, "m").nodes[:3]:
        (expected,) = REGISTRY[node.op].reference(OpView.of(load(model, "m"), node), [expected])
    (actual,) = REGISTRY["lut"].reference(OpView.of(graph, graph.nodes[0]), [actual])
    assert np.array_equal(expected, actual)


def test_constant_operands_make_tables() -> None:
    """Sums and products with one constant, and of a value with itself; not with a row of them."""
    b = RandomModel()
    x = b.input(SHAPE)
    three, third = b.constant([3], 1.0), b.constant(41, 1 / 127, -1)
    y = b.mul(b.relu6(b.add(x, three)), third)
    model = b.build([x], [b.softmax(b.mul(y, y))])
    (lut, _) = rewritten(model, "merge_tables").nodes
    assert (lut.op, lut.inputs, lut.origins) == ("lut", (0,), (0, 1, 2, 3))
    row = b.constant([[1, 2]], 1.0)
    model = b.build([x], [b.relu(b.add(x, row))])
    assert "lut" not in ops(rewritten(model, "dead_operators", "merge_tables"))


def test_one_operator_with_a_constant() -> None:
    """A table by itself, also one of bool, and of a value with itself; the operator else."""
    b = RandomModel()
    x, third = b.input(SHAPE), b.constant(41, 1 / 127, -1)
    above = b.tensor(SHAPE, dtype="bool")
    b.operator("GREATER", [third, x], [above])
    model = b.build([x], [b.mul(x, third), b.mul(x, x), above])
    graph = rewritten(model, "merge_tables")
    assert ops(graph) == ["lut", "lut", "lut"]
    values = np.arange(-12, 12).astype(np.int8).reshape(SHAPE)
    (made,) = REGISTRY["lut"].reference(OpView.of(graph, graph.nodes[0]), [values])
    node = load(model, "m").nodes[0]
    (expected,) = REGISTRY["greater"].reference(
        OpView.of(load(model, "m"), node), [np.int8([41]), values]
    )
    assert made.dtype == np.bool_ and np.array_equal(made, expected)


def test_maximum_and_minimum_are_clamps() -> None:
    """With a constant of the same quantization, on either side."""
    b = RandomModel()
    x = b.input(SHAPE)
    y = b.conv_2d(x, 2)
    for builtin, value, first in (("MAXIMUM", -100, True), ("MINIMUM", 33, False)):
        limit = b.constant(value, b.scale(y), b.zero_point(y))
        z = b.tensor(SHAPE, b.scale(y), b.zero_point(y))
        b.operator(builtin, [limit, y] if first else [y, limit], [z])
        y = z
    (node,) = rewritten(b.build([x], [y]), "fuse_clamps").nodes
    assert node.attrs.activation == Limits(-100, 33)


# --- Equal and unread operators


def test_equal_operators_are_shared() -> None:
    """Equal weights in different tensors, equal inputs, and what then is equal behind them."""
    b = RandomModel()
    x = b.input(SHAPE)
    first = b.conv_2d(x, 2)
    weights, bias = b.graph.operators[-1].inputs[1:]
    copies = [_copy(b, t) for t in (weights, bias, first)]
    b.operator("CONV_2D", [x, *copies[:2]], [copies[2]], padding="SAME", stride_h=1, stride_w=1)
    a, c = clamp(b, first), clamp(b, copies[2])
    graph = rewritten(b.build([x], [b.add(a, c)]), "share")
    assert [(n.op, n.origins) for n in graph.nodes] == [
        ("conv_2d", (0, 1)),
        ("relu", (2, 3)),
        ("add", (4,)),
    ]


def _copy(b: RandomModel, tensor: int) -> int:
    """Another tensor with the same contents."""
    b.graph.tensors.append(b.graph.tensors[tensor])
    return len(b.graph.tensors) - 1


def test_what_is_not_equal() -> None:
    """Other quantization of the output, other options; and outputs need places of their own."""
    b = RandomModel()
    x = b.input(SHAPE)
    a, c = b.quantize(x, 0.1), b.quantize(x, 0.2)
    d, e = b.mean(x, (1, 2)), b.mean(x, (1, 3))
    f, g = clamp(b, x), clamp(b, x)
    model = b.build([x], [b.add(a, c), d, e, f, g])
    assert dump(rewritten(model, "share")) == dump(load(model, "small"))


def test_unread_operators_go() -> None:
    """And what only they read goes with them."""
    b = RandomModel()
    x = b.input(SHAPE)
    b.relu(b.conv_2d(x, 3))
    graph = rewritten(b.build([x], [b.relu(x)]), "dead_operators")
    assert [n.origins for n in graph.nodes] == [(2,)]


# --- Layout


def test_transposes_cancel() -> None:
    """To NCHW and back, in two steps and in three."""
    b = RandomModel()
    x = b.input(SHAPE)
    y = b.transpose(b.transpose(b.relu(x), (0, 3, 1, 2)), (0, 2, 3, 1))
    y = b.transpose(b.transpose(b.transpose(y, (0, 2, 1, 3)), (0, 3, 2, 1)), (0, 2, 3, 1))
    model = b.build([x], [b.softmax(y)])
    assert ops(rewritten(model, "transposes", "drop_views")) == ["relu", "softmax"]


def test_transposes_join() -> None:
    """Two that do not cancel are one, unless the first has other readers."""

    def joined(*, read: bool) -> list[tuple[str, tuple[int, ...]]]:
        b = RandomModel()
        x = b.input(SHAPE)
        y = b.transpose(x, (0, 3, 1, 2))
        z = b.softmax(b.transpose(y, (0, 1, 3, 2)))
        graph = rewritten(b.build([x], [z, b.softmax(y)] if read else [z]), "transposes")
        return [(n.op, n.attrs.perm) for n in graph.nodes if n.op == "transpose"]

    assert joined(read=False) == [("transpose", (0, 3, 2, 1))]
    assert len(joined(read=True)) == 2


def test_transposes_around_elementwise_operators() -> None:
    """What is done to each element comes first, and the TRANSPOSEs meet."""
    b = RandomModel()
    x = b.input(SHAPE)
    y = b.transpose(b.conv_2d(x, 2), (0, 3, 1, 2))
    y = b.relu6(b.mul(y, y))
    y = b.transpose(y, (0, 2, 3, 1))
    model = b.build([x], [b.softmax(y)])
    graph = rewritten(model, "transposes", "drop_views")
    assert [(n.op, n.origins) for n in graph.nodes] == [
        ("conv_2d", (0,)),
        ("mul", (2,)),
        ("relu6", (3,)),
        ("softmax", (5,)),
    ]


@pytest.mark.parametrize("rows", [False, True])
def test_transposes_at_the_end(host: HostBuild, *, rows: bool) -> None:
    """The clamp joins the convolution, and floats are made before they are moved."""
    b = RandomModel()
    x = b.input(SHAPE)
    y = clamp(b, b.transpose(b.conv_2d(x, 2), (0, 3, 1, 2)))
    program = assert_exact(host, b.build([x], [b.dequantize(y)]), rows=rows)
    assert ops(program.graph)[-3:] == ["conv_2d", "dequantize", "transpose"]
    assert program.band(program.graph.nodes[-2].outputs[0]).rows == 1


def test_operators_that_stay_behind_transposes() -> None:
    """Others read it, too; a row of constants; more bytes than before, in the middle."""

    def left(change: Callable[[RandomModel, int], int], *, read: bool = False) -> list[str]:
        b = RandomModel()
        x = b.input(SHAPE)
        y = b.transpose(b.softmax(x), (0, 3, 1, 2))
        z = b.softmax(change(b, y))
        return ops(rewritten(b.build([x], [z, b.softmax(y)] if read else [z]), "transposes"))[:3]

    assert left(lambda b, y: b.relu(y)) == ["softmax", "relu", "transpose"]
    assert left(lambda b, y: b.relu(y), read=True) == ["softmax", "transpose", "relu"]
    row = [[[[1, 2, 3]]]]
    assert left(lambda b, y: b.add(y, b.constant(row, 1.0))) == ["softmax", "transpose", "add"]
    wide = left(lambda b, y: b.quantize(b.dequantize(y), 0.1))
    assert wide == ["softmax", "transpose", "dequantize"]


def test_global_means_of_channels_first() -> None:
    """Means of an image's pixels, one axis after the other, need no image with channels first."""
    b = RandomModel()
    x = b.input(SHAPE)
    y = b.mean(b.mean(b.transpose(b.relu(x), (0, 3, 1, 2)), (3,)), (2,))
    graph = rewritten(b.build([x], [b.softmax(y)]), "transposes", "drop_views")
    found = [(n.op, n.attrs.axes) for n in graph.nodes if n.op == "mean"]
    assert found == [("mean", (2,)), ("mean", (1,))]
    assert ops(graph) == ["relu", "mean", "mean", "softmax"]


REDUCED = [
    # permutation, axes that are reduced then, what is left of the TRANSPOSE
    ((0, 3, 1, 2), (2, 3), ()),
    ((0, 3, 1, 2), (1,), ()),
    ((0, 3, 1, 2), (3,), (0, 2, 1)),
    ((0, 2, 3, 1), (0, 2), (1, 0)),
    ((3, 2, 1, 0), (1,), (2, 1, 0)),
    ((3, 2, 1, 0), (0, 1, 2, 3), ()),
]


@pytest.mark.parametrize("keep_dims", [False, True])
@pytest.mark.parametrize("builtin", ["MEAN", "SUM", "REDUCE_MAX"])
@pytest.mark.parametrize(("permutation", "axes", "left"), REDUCED)
def test_reductions_of_transposes(
    permutation: tuple[int, ...],
    axes: tuple[int, ...],
    left: tuple[int, ...],
    builtin: str,
    host: HostBuild,
    *,
    keep_dims: bool,
) -> None:
    """They come first, and less is moved, or nothing; the same bits either way."""
    b = RandomModel()
    x = b.input((1, 4, 3, 5))
    y = b.reduce(builtin, b.transpose(b.relu(x), permutation), axes, keep_dims)
    model = b.build([x], [y])
    program = assert_exact(host, model, rows=False)
    found = [n.attrs.perm for n in program.graph.nodes if n.op == "transpose"]
    if keep_dims:
        assert len(found) == bool(left)
    else:
        assert found == ([left] if left else [])


def test_reductions_that_stay_behind_transposes() -> None:
    """Others read what is transposed, too."""
    b = RandomModel()
    x = b.input(SHAPE)
    y = b.transpose(b.relu(x), (0, 3, 1, 2))
    model = b.build([x], [b.softmax(y), b.mean(y, (2, 3))])
    graph = rewritten(model, "transposes")
    assert ops(graph)[:2] == ["relu", "transpose"]
    assert [n.attrs.axes for n in graph.nodes if n.op == "mean"] == [(2, 3)]


def test_transposes_of_single_elements() -> None:
    """What moves axes of length 1 only is a view; a view of a view is one view."""
    b = RandomModel()
    x = b.input((1, 4, 3, 1))
    y = b.reshape(b.transpose(b.relu(x), (0, 3, 1, 2)), (3, 4))
    graph = rewritten(b.build([x], [b.softmax(y)]), "transposes", "drop_views")
    assert [(n.op, n.origins) for n in graph.nodes] == [
        ("relu", (0,)),
        ("reshape", (1, 2)),
        ("softmax", (3,)),
    ]


def test_what_gives_back_its_input() -> None:
    """QUANTIZE to the same, PAD by nothing, RELU of what is never negative; but no output."""
    b = RandomModel()
    x = b.input(SHAPE, zero_point=-128)
    y = clamp(b, b.pad(clamp(b, x, "QUANTIZE"), ((0, 0),) * 4))
    model = b.build([x], [b.softmax(y), clamp(b, y)])
    assert ops(rewritten(model, "drop_views")) == ["softmax", "relu"]


# --- PAD in front of MAX_POOL_2D


def test_pad_joins_max_pool() -> None:
    """Where nothing is below the zero point: zero point -128, or a clamp on either side."""

    def left(zero_point: int, front: bool = False, behind: str = "NONE", size: int = 3) -> str:
        b = RandomModel()
        x = b.input(SHAPE, zero_point=zero_point)
        y = clamp(b, x) if front else x
        y = b.pad(y, ((0, 0), (1, 1), (1, 0), (0, 0)))
        y = b.max_pool_2d(y, kernel=(size, size), activation=behind)
        return ops(rewritten(b.build([x], [y]), "fold_pad"))[-2:][0]

    assert left(-128) == "max_pool_2d"
    assert left(-127) == "pad"
    assert left(5, front=True) == "relu"
    assert left(5, behind="RELU") == "max_pool_2d"
    assert left(-128, size=1) == "pad"  # a window would be empty


# --- Random graphs: nothing changes


@settings(max_examples=100)
@given(model=clamped_models(), rows=st.booleans())
def test_random_graphs(host: HostBuild, model: bytes, rows: bool) -> None:
    """All passes together change no result, and each of them finds nothing on a second run."""
    assert_exact(host, model, rows=rows)
    rewritten(model, *NAMES)
