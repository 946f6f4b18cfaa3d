"""Graph passes: what they make of small graphs, and that no bit of any result changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from host_build import HostBuild
from hypothesis import given, settings
from hypothesis import strategies as st
from pass_models import causal, conv_1d, padded_models, time_models
from random_model import RandomModel

from weft import driver, emit, passes
from weft.emit.build_view import library_view
from weft.frontend import load
from weft.ir import Graph, dump, verify
from weft.program import Program
from weft.verify import compare, find_reference, make_samples

Pair = tuple[int, int]


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


@pytest.mark.parametrize("per_channel", [True, False])
@pytest.mark.parametrize("filters", [4, 8])
def test_groups_of_one_channel(filters: int, per_channel: bool, host: HostBuild) -> None:
    """Where each input channel is a group the convolution is a depthwise one."""
    b = RandomModel(seed=1)
    x = b.input((1, 6, 5, 4))
    y = b.conv_2d(x, filters, stride=(1, 2), groups=4, per_channel=per_channel, activation="RELU")
    model = b.build([x], [y])
    (node,) = rewritten(model, "depthwise_groups").nodes
    assert (node.op, node.attrs.depth_multiplier) == ("depthwise_conv_2d", filters // 4)
    assert_exact(host, model, rows=False)


def test_groups_that_stay() -> None:
    """Deeper groups, and none: a single channel."""
    for channels, groups in ((4, 2), (1, 1)):
        b = RandomModel(seed=1)
        x = b.input((1, 6, 5, channels))
        y = b.conv_2d(x, 4, groups=groups)
        graph = load(b.build([x], [y]), "small")
        assert rewritten(b.build([x], [y]), "depthwise_groups") == graph


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


def test_manual_lists_all_passes() -> None:
    """docs/passes.md has a line for each pass, in their order."""
    manual = (Path(__file__).parents[1] / "docs" / "passes.md").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^\| `(\w+)` \|", manual, re.MULTILINE)) == passes.NAMES


# --- filters that are larger than the image

CROPPED = {
    # image, filter, stride, dilation: filter and padding that are left
    ((3, 3), (7, 7), (1, 1), (1, 1)): ((5, 5), (2, 2, 2, 2)),
    ((1, 4), (3, 3), (1, 1), (1, 1)): ((1, 3), (0, 0, 1, 1)),
    ((4, 1), (4, 6), (1, 1), (1, 1)): ((4, 1), (1, 2, 0, 0)),
    ((2, 2), (5, 5), (2, 2), (1, 1)): ((2, 2), (0, 0, 0, 0)),
    ((3, 5), (3, 3), (1, 1), (3, 2)): ((1, 3), (0, 0, 2, 2)),
    ((2, 9), (4, 2), (1, 1), (2, 1)): ((2, 2), (1, 1, 0, 1)),
}


@pytest.mark.parametrize("depthwise", [True, False])
@pytest.mark.parametrize(("size", "kernel", "stride", "dilation"), CROPPED)
def test_filters_larger_than_the_image(
    size: Pair, kernel: Pair, stride: Pair, dilation: Pair, depthwise: bool, host: HostBuild
) -> None:
    """What no place of the window has over the image is cut off, with its padding."""
    b = RandomModel(seed=1)
    x = b.input((1, *size, 3))
    make = b.depthwise_conv_2d if depthwise else b.conv_2d
    model = b.build([x], [make(x, 2, kernel, stride, dilation)])
    graph = rewritten(model, "crop_filters")
    (node,) = graph.nodes
    assert node.inputs[1] is not None
    assert (graph[node.inputs[1]].shape[1:3], tuple(node.attrs.pads)) == CROPPED[
        size, kernel, stride, dilation
    ]
    assert_exact(host, model, rows=False)


def test_filters_that_stay() -> None:
    """Filters whose ends are over the image somewhere, and none at all that is."""
    b = RandomModel(seed=1)
    x = b.input((1, 5, 6, 3))
    y = b.conv_2d(b.conv_2d(x, 2, (9, 7), padding="SAME"), 2, (5, 4), padding="VALID")
    model = b.build([x], [y])
    assert rewritten(model, "crop_filters") == load(model, "small")
    b = RandomModel(seed=1)
    x = b.input((1, 2, 2, 1))
    outside = b.pad(x, ((0, 0), (4, 4), (4, 4), (0, 0)))
    model = b.build([x], [b.conv_2d(outside, 2, (3, 3), stride=(9, 9), padding="VALID")])
    graph = rewritten(model, "fold_pad", "crop_filters")
    (node,) = graph.nodes
    assert node.inputs[1] is not None
    assert graph[node.inputs[1]].shape == (2, 1, 1, 1)


@settings(max_examples=25)
@given(data=st.data())
def test_cropped_filters_are_exact(data: st.DataObject, host: HostBuild) -> None:
    """Images smaller than filters in all ways, with a PAD in front or not."""
    draw = data.draw
    small, pair = st.integers(1, 4), st.tuples(st.integers(1, 2), st.integers(1, 2))
    b = RandomModel(seed=draw(st.integers(0, 99)))
    x = y = b.input((1, draw(small), draw(small), draw(st.integers(1, 5))))
    if draw(st.booleans()):
        y = b.pad(x, ((0, 0), draw(pair), draw(pair), (0, 0)))
    kernel = draw(st.tuples(st.integers(1, 7), st.integers(1, 7)))
    make = draw(st.sampled_from((b.depthwise_conv_2d, b.conv_2d)))
    model = b.build([x], [make(y, 2, kernel, draw(pair), draw(pair), padding="SAME")])
    assert_exact(host, model, rows=draw(st.booleans()))


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
    assert graph.nodes[1].inputs[0] == graph.nodes[0].outputs[0]
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


@settings(max_examples=100)
@given(model=padded_models(), rows=st.booleans())
def test_padded_models(host: HostBuild, model: bytes, rows: bool) -> None:
    """Folding PADs changes no result."""
    assert_exact(host, model, rows=rows)


@settings(max_examples=100)
@given(model=time_models(), rows=st.booleans())
def test_time_models(host: HostBuild, model: bytes, rows: bool) -> None:
    """Turning images upright changes no result."""
    assert_exact(host, model, rows=rows)
