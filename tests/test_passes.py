"""Graph passes: what they make of small graphs, and that no bit of any result changes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from host_build import HostBuild
from hypothesis import given, settings
from hypothesis import strategies as st
from random_model import RandomModel

from weft import driver, emit, passes
from weft.emit.build_view import library_view
from weft.frontend import load
from weft.ir import Graph, dump, verify
from weft.program import Program
from weft.verify import compare, find_reference, make_samples


def rewritten(model: bytes, *names: str) -> Graph:
    """The graph after some passes, in the order of the pipeline."""
    graph = load(model, "small")
    for rewrite in passes.PIPELINE:
        if rewrite.__name__ in names:
            before = dump(graph)
            made = rewrite(graph)
            verify(made)
            assert dump(graph) == before, "a pass edits its input"
            assert dump(rewrite(made)) == dump(made), "a second run changes something"
            graph = made
    return graph


def compiled(model: bytes, *, rows: bool = False) -> Program:
    """The model through the whole compiler."""
    return driver.compile_model(model, "m.tflite", driver.Options("m", input_rows=rows))


def assert_exact(host: HostBuild, model: bytes, *, rows: bool) -> Program:
    """Compile, run and compare with the reference, layer by layer."""
    program = compiled(model, rows=rows)
    samples = make_samples(program.model, 4)
    reference = find_reference(model, program.model)
    traces = host.run(program, samples)
    verdict = compare(program, emit.harness_view(program), samples, traces, reference)
    assert verdict.bit_exact, (
        f"{verdict.first_mismatch}\n{dump(program.model)}{dump(program.graph)}"
    )
    return program


def text(graph: Graph) -> list[str]:
    """The lines of a graph's dump, without attributes that no pass changes."""
    gone = (" stride_h=1", " stride_w=1", " activation=none", " dilation_h=1", " dilation_w=1")
    found = dump(graph)
    for word in gone:
        found = found.replace(word, "")
    return [line.strip() for line in found.splitlines()]


def ops(graph: Graph) -> list[str]:
    """The operators of a graph."""
    return [node.op for node in graph.nodes]


# --- PAD into convolutions


def test_pad_becomes_padding() -> None:
    """Two PADs and the convolution's own padding add up; the node has all three origins."""
    b = RandomModel()
    x = b.input((1, 5, 6, 2))
    y = b.pad(b.pad(x, ((0, 0), (1, 0), (2, 3), (0, 0))), ((0, 0), (0, 7), (1, 0), (0, 0)))
    model = b.build([x], [b.conv_2d(y, 4)])
    assert text(load(model, "small")) == [
        "graph small(%0:int8[1x5x6x2])",
        "%1:int8[1x6x11x2] = pad(%0:int8[1x5x6x2]) {pads=((0, 0), (1, 0), (2, 3), (0, 0))} #0",
        "%2:int8[1x13x12x2] = pad(%1:int8[1x6x11x2]) {pads=((0, 0), (0, 7), (1, 0), (0, 0))} #1",
        "%4:int8[1x13x12x4] = conv_2d(%2:int8[1x13x12x2], %3:int8[4x3x3x2]=const, "
        "%5:int32[4]=const) {pads=Pads(top=1, bottom=1, left=1, right=1)} #2",
        "return %4:int8[1x13x12x4]",
    ]
    assert text(rewritten(model, "fold_pad")) == [
        "graph small(%0:int8[1x5x6x2])",
        "%4:int8[1x13x12x4] = conv_2d(%0:int8[1x5x6x2], %3:int8[4x3x3x2]=const, "
        "%5:int32[4]=const) {pads=Pads(top=2, bottom=8, left=4, right=4)} #0 #1 #2",
        "return %4:int8[1x13x12x4]",
    ]


def test_pad_stays_for_other_readers() -> None:
    """Convolutions leave a PAD alone that a pool or the caller reads."""
    b = RandomModel()
    x = b.input((1, 4, 4, 2))
    y = b.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    z = b.depthwise_conv_2d(y, padding="VALID")
    both = b.build([x], [z, b.max_pool_2d(y)])
    graph = rewritten(both, "fold_pad")
    assert ops(graph) == ["pad", "depthwise_conv_2d", "max_pool_2d"]
    assert graph.nodes[1].inputs[0] == graph.inputs[0]
    assert graph.nodes[2].inputs == graph.nodes[0].outputs
    assert ops(rewritten(b.build([x], [z, y]), "fold_pad"))[:2] == ["pad", "depthwise_conv_2d"]


def test_pad_that_means_something_else() -> None:
    """PADs of channels, of other ranks, of another scale, or too wide for the tables stay."""

    def pads(shape: tuple[int, ...], pads: tuple[tuple[int, int], ...], scale: float = 1.0) -> bool:
        b = RandomModel()
        x = b.input(shape)
        y = b.pad(x, pads)
        b.graph.tensors[y].quantization.scale *= np.float32(scale)
        if len(shape) < 4:
            y = b.reshape(y, (1, *b.shape(y)))
        model = b.build([x], [b.conv_2d(y, 4, kernel=(1, 1))])
        return "pad" in ops(rewritten(model, "fold_pad"))

    assert not pads((1, 2, 2, 2), ((0, 0), (1, 1), (0, 0), (0, 0)))
    assert pads((1, 2, 2, 2), ((0, 0), (1, 1), (0, 0), (1, 0)))
    assert pads((2, 2, 2), ((1, 1), (0, 0), (0, 0)))
    assert pads((1, 2, 2, 2), ((0, 0), (1, 1), (0, 0), (0, 0)), 1 + 5e-7)
    assert pads((1, 1, 2, 2), ((0, 0), (0, 0), (0, 16384), (0, 0)))


# --- Conv1D upright


def conv_1d(b: RandomModel, x: int, *, channels: int = 4, kernel: int = 3, **options: int) -> int:
    """As Keras lowers it: (1, T, C) seen as an image of height 1, and back."""
    _, time, depth = b.shape(x)
    stride, dilation = options.get("stride", 1), options.get("dilation", 1)
    y = b.conv_2d(
        b.reshape(x, (1, 1, time, depth)), channels, (1, kernel), (1, stride), (1, dilation),
        padding="VALID" if options.get("valid") else "SAME",
    )  # fmt: skip
    return b.reshape(y, (1, b.shape(y)[2], channels))


def causal(b: RandomModel, x: int, before: int) -> int:
    """Zeros in front of the time axis."""
    return b.pad(x, ((0, 0), (before, 0), (0, 0)))


def test_conv_1d_turns_upright() -> None:
    """A causal Conv1D: no view and no PAD is left, and time is the axis of the rows."""
    b = RandomModel()
    x = b.input((1, 8, 2))
    y = conv_1d(b, causal(b, x, 2), valid=1)
    model = b.build([x], [b.mean(b.relu(y), (1,))])
    assert text(load(model, "small"))[1:-1] == [
        "%1:int8[1x10x2] = pad(%0:int8[1x8x2]) {pads=((0, 0), (2, 0), (0, 0))} #0",
        "%2:int8[1x1x10x2] = reshape(%1:int8[1x10x2]) #1",
        "%4:int8[1x1x8x4] = conv_2d(%2:int8[1x1x10x2], %3:int8[4x1x3x2]=const, %5:int32[4]=const) "
        "{pads=Pads(top=0, bottom=0, left=0, right=0)} #2",
        "%6:int8[1x8x4] = reshape(%4:int8[1x1x8x4]) #3",
        "%7:int8[1x8x4] = relu(%6:int8[1x8x4]) #4",
        "%8:int8[1x4] = mean(%7:int8[1x8x4]) {axes=(1,) keep_dims=False} #5",
    ]
    assert text(rewritten(model, "upright", "drop_views", "fold_pad")) == [
        "graph small(%0:int8[1x8x1x2])",
        "%4:int8[1x8x1x4] = conv_2d(%0:int8[1x8x1x2], %9:int8[4x3x1x2]=const, %5:int32[4]=const) "
        "{pads=Pads(top=2, bottom=0, left=0, right=0)} #0 #2",
        "%7:int8[1x8x1x4] = relu(%4:int8[1x8x1x4]) #4",
        "%8:int8[1x4] = mean(%7:int8[1x8x1x4]) {axes=(1, 2) keep_dims=False} #5",
        "return %8:int8[1x4]",
    ]


def test_attributes_turn() -> None:
    """Strides, dilations, window sizes and paddings go from columns to rows."""
    b = RandomModel()
    x = b.input((1, 1, 9, 2))
    y = b.depthwise_conv_2d(x, 1, (1, 3), (1, 1), (1, 2))
    y = b.conv_2d(y, 3, (1, 2), (1, 2), padding="VALID")
    y = b.max_pool_2d(y, kernel=(1, 3), stride=(1, 2), padding="SAME")
    graph = rewritten(b.build([x], [y]), "upright")
    depthwise, conv, pool = (node.attrs for node in graph.nodes)
    assert depthwise.pads == (2, 2, 0, 0)
    assert (depthwise.dilation_h, depthwise.dilation_w) == (2, 1)
    assert (conv.stride_h, conv.stride_w, *conv.pads) == (2, 1, 0, 0, 0, 0)
    assert (pool.size_h, pool.size_w, pool.stride_h, pool.stride_w) == (3, 1, 2, 1)
    assert pool.pads == (0, 1, 0, 0)
    assert [graph[n.outputs[0]].shape for n in graph.nodes] == [
        (1, 9, 1, 2),
        (1, 4, 1, 3),
        (1, 2, 1, 3),
    ]


BLOCKERS: dict[str, Callable[[RandomModel, int], int]] = {
    "transpose": lambda b, y: b.transpose(y, (0, 2, 1, 3)),
    "filter of three rows": lambda b, y: b.conv_2d(y, 4, (3, 3)),
    "image of two rows": lambda b, y: b.add(y, b.constant(np.ones((1, 2, 1, 1)), 0.1)),
    "padding of rows": lambda b, y: b.pad(y, ((0, 0), (1, 1), (0, 0), (0, 0))),
    "mean of channels": lambda b, y: b.mean(y, (3,)),
}


@pytest.mark.parametrize("blocker", BLOCKERS.values(), ids=BLOCKERS)
def test_what_keeps_images_lying(blocker: Callable[[RandomModel, int], int]) -> None:
    """One reader that cannot turn keeps everything that it is tied to."""
    b = RandomModel()
    x = b.input((1, 1, 8, 2))
    y = b.relu(b.conv_2d(x, 2, (1, 3)))
    model = b.build([x], [b.relu(y), blocker(b, y)])
    assert dump(rewritten(model, "upright")) == dump(load(model, "small"))


def test_nothing_turns_without_a_window() -> None:
    """Without a window that slides, and for images with rows, there is nothing to gain."""
    b = RandomModel()
    x, image = b.input((1, 1, 8, 2)), b.input((1, 4, 8, 2))
    model = b.build([x, image], [b.softmax(b.relu(x)), b.conv_2d(image, 2)])
    assert dump(rewritten(model, "upright")) == dump(load(model, "small"))


def test_operands_turn() -> None:
    """Constants that follow time turn with it; those that other nodes read stay for them."""
    b = RandomModel()
    x = b.input((1, 1, 8, 2))
    by_time = b.constant(np.arange(16).reshape(8, 2), 0.1)
    by_channel = b.constant([3, 4], 0.1)
    y = b.mul(b.add(b.conv_2d(x, 2, (1, 3)), by_time), by_channel)
    other = b.input((8, 2))
    model = b.build([x, other], [y, b.transpose(b.add(other, by_time), (1, 0))])
    graph = rewritten(model, "upright")
    _, add, mul, lying, _ = graph.nodes
    assert [graph[t].shape for t in add.inputs if t is not None] == [(1, 8, 1, 2)] * 2
    assert [graph[t].shape for t in mul.inputs if t is not None] == [(1, 8, 1, 2), (2,)]
    assert [graph[t].shape for t in lying.inputs if t is not None] == [(8, 2), (8, 2)]


def test_callers_see_the_shape_of_the_model() -> None:
    """The generated interface has the model's shape, and its rows are upright."""
    b = RandomModel()
    x = b.input((1, 8, 2))
    program = compiled(b.build([x], [conv_1d(b, x)]), rows=True)
    (port,) = library_view(program).inputs
    assert (port.shape, port.rank, port.rows, port.row_bytes) == ("1, 8, 2", 3, 8, 2)


def test_conv_1d_streams(host: HostBuild) -> None:
    """However long the time, a pushed Conv1D network needs the same few rows."""

    def arena(time: int) -> int:
        b = RandomModel()
        x = b.input((1, time, 4))
        y = conv_1d(b, conv_1d(b, x, channels=8, kernel=5), channels=8, dilation=2)
        model = b.build([x], [b.mean(y, (1,))])
        return assert_exact(host, model, rows=True).arena_bytes

    assert arena(100) == arena(30) < 200


# --- Random graphs: nothing changes


@st.composite
def padded_models(draw: st.DrawFn) -> bytes:
    """PADs of all kinds in front of convolutions, which may have other readers."""
    b = RandomModel(draw(st.integers(0, 1 << 16)))
    x = b.input((1, draw(st.integers(1, 7)), draw(st.integers(1, 7)), draw(st.integers(1, 3))))
    y, outputs = x, list[int]()
    if draw(st.booleans()):
        y = b.relu(y)
    some = st.one_of(st.just(0), st.integers(0, 2), st.integers(0, 6))
    for _ in range(draw(st.integers(1, 3))):
        for _ in range(draw(st.integers(1, 2))):
            top, bottom, left, right = (draw(some) for _ in range(4))
            y = b.pad(y, ((0, 0), (top, bottom), (left, right), (0, 0)))
        if draw(st.integers(0, 3)) == 0:
            outputs.append(draw(st.sampled_from([y, b.relu(y)])))
        y = _convolution(draw, b, y)
    return b.build([x], [*dict.fromkeys(outputs), y])


def _convolution(draw: st.DrawFn, b: RandomModel, y: int) -> int:
    """One with any window that fits."""
    padding = draw(st.sampled_from(["SAME", "VALID"]))
    kernel, stride, dilation = ([1, 1] for _ in range(3))
    for axis, length in enumerate(b.shape(y)[1:3]):
        longest = min(4, length) if padding == "VALID" else 4
        kernel[axis] = draw(st.integers(1, longest))
        if kernel[axis] > 1:
            most = 3 if padding == "SAME" else min(3, (length - 1) // (kernel[axis] - 1))
            dilation[axis] = draw(st.integers(1, most))
        # The interpreter takes dilation only without strides.
        stride[axis] = draw(st.integers(1, 3))
    if max(dilation) > 1:
        stride = [1, 1]
    window = (kernel[0], kernel[1]), (stride[0], stride[1]), (dilation[0], dilation[1])
    if draw(st.booleans()):
        return b.conv_2d(y, draw(st.integers(1, 5)), *window, padding=padding)
    return b.depthwise_conv_2d(y, draw(st.integers(1, 2)), *window, padding=padding)


@settings(max_examples=100)
@given(model=padded_models(), rows=st.booleans())
def test_padded_models(host: HostBuild, model: bytes, rows: bool) -> None:
    """Folding PADs changes no result."""
    assert_exact(host, model, rows=rows)


@st.composite
def time_models(draw: st.DrawFn) -> bytes:
    """Chains of one-dimensional layers, as (1, T, C) and as (1, 1, T, C)."""
    b = RandomModel(draw(st.integers(0, 1 << 16)))
    time, channels = draw(st.integers(2, 12)), draw(st.integers(1, 4))
    x = b.input((1, time, channels))
    y, outputs = x, list[int]()
    for _ in range(draw(st.integers(1, 4))):
        layer = draw(st.sampled_from(LAYERS))
        y = layer(draw, b, y)
        if draw(st.integers(0, 5)) == 0:
            outputs.append(y)
    y = draw(st.sampled_from(ENDS))(b, y)
    return b.build([x], [*dict.fromkeys([*outputs, y])])


def _convolved(draw: st.DrawFn, b: RandomModel, y: int) -> int:
    dilation = draw(st.integers(1, 2))
    stride = draw(st.integers(1, 2)) if dilation == 1 else 1
    kernel = draw(st.integers(1, 3))
    options = {"channels": draw(st.integers(1, 5)), "kernel": kernel, "dilation": dilation}
    if draw(st.booleans()):
        before = (kernel - 1) * dilation + draw(st.integers(0, 2))
        return conv_1d(b, causal(b, y, before), valid=1, **options)
    return conv_1d(b, y, stride=stride, **options)


def _pooled(draw: st.DrawFn, b: RandomModel, y: int) -> int:
    """Keras makes an upright image of it; a lying one must do as well."""
    _, time, depth = b.shape(y)
    size, step = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    upright = draw(st.booleans())
    kernel, stride = ((size, 1), (step, 1)) if upright else ((1, size), (1, step))
    pool = b.max_pool_2d if draw(st.booleans()) else b.average_pool_2d
    image = b.reshape(y, (1, time, 1, depth) if upright else (1, 1, time, depth))
    y = pool(image, kernel=kernel, stride=stride, padding="SAME")
    return b.reshape(y, (1, b.shape(y)[1] * b.shape(y)[2], depth))


def _residual(draw: st.DrawFn, b: RandomModel, y: int) -> int:
    _, time, depth = b.shape(y)
    lying = b.reshape(y, (1, 1, time, depth))
    z = b.depthwise_conv_2d(lying, 1, (1, draw(st.integers(1, 4))))
    return b.reshape(b.add(z, lying), (1, time, depth))


def _scaled(draw: st.DrawFn, b: RandomModel, y: int) -> int:
    _, time, depth = b.shape(y)
    shapes = ((), (depth,), (time, depth), (1, time, 1), (1, 1, depth))
    shape = draw(st.sampled_from(shapes))
    operand = b.constant(b.rng.integers(-99, 99, shape), 0.03, 2)
    return b.mul(y, operand) if draw(st.booleans()) else b.add(operand, y)


def _elementwise(draw: st.DrawFn, b: RandomModel, y: int) -> int:
    def through_float(y: int) -> int:
        return b.quantize(b.dequantize(y), 0.06, 3)

    return draw(st.sampled_from([b.relu, b.relu6, b.softmax, through_float]))(y)


def _dense(draw: st.DrawFn, b: RandomModel, y: int) -> int:
    return b.fully_connected(y, draw(st.integers(1, 3)), keep_num_dims=True)


def _swapped(_: st.DrawFn, b: RandomModel, y: int) -> int:
    return b.transpose(y, (0, 2, 1))


LAYERS = (_convolved, _convolved, _pooled, _residual, _scaled, _elementwise, _dense, _swapped)
ENDS: tuple[Callable[[RandomModel, int], int], ...] = (
    lambda b, y: b.mean(y, (1,)),
    lambda b, y: b.mean(y, (1,), keep_dims=True),
    lambda b, y: b.mean(y, (0, -2)),
    lambda b, y: b.fully_connected(y, 3),
    lambda b, y: b.relu(y),
)


@settings(max_examples=100)
@given(model=time_models(), rows=st.booleans())
def test_time_models(host: HostBuild, model: bytes, rows: bool) -> None:
    """Turning images upright changes no result."""
    assert_exact(host, model, rows=rows)
