"""Constant channels at borders: which are merged, which have to stay, and no bit changes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from channel_model import Model, assert_same, channels, output, put, start
from constant_model import constant_graphs
from host_build import HostBuild
from hypothesis import given, settings
from hypothesis import strategies as st
from test_weights import with_int4

from weft import driver, emit
from weft.frontend import load
from weft.ir import Graph
from weft.passes import dead_channels
from weft.passes.channels import carry
from weft.passes.merge_constants import merge_constants
from weft.verify import compare, find_reference, make_samples

# --- The arithmetic


def test_shares_are_found_if_there_are_any() -> None:
    """Against all weights there are, for small ones."""
    largest = 5
    every = np.arange(-largest, largest + 1)
    for d, e in itertools.product((1, 2, 4, 6, 9, -3, -10, 7), (0, 1, 2, 3, -4, -6, 8, 9)):
        sums = d * every[:, None] + e * every
        for total in range(-80, 81):
            offsets = (d, e) if e else (d,)
            made = carry._shares(np.array([total]), offsets, largest)
            assert (made is not None) == (total in (sums if e else d * every)), (d, e, total)
            if made is not None:
                assert (made @ np.array(offsets)).tolist() == [total]
                assert np.abs(made).max() <= largest


@given(
    data=st.data(),
    largest=st.sampled_from([7, 127]),
    places=st.integers(1, 20),
    count=st.integers(1, 7),
)
def test_carried(data: Any, largest: int, places: int, count: int) -> None:
    """The same sums from no more columns, and again nothing to gain."""
    offset = st.integers(-255, 255).filter(bool)
    offsets = np.array(data.draw(st.lists(offset, min_size=count, max_size=count)))
    seed, most = data.draw(st.integers(0, 1 << 16)), data.draw(st.integers(0, largest))
    weights = np.random.default_rng(seed).integers(-most, most + 1, (places, count))
    made = carry.carried(weights, offsets, largest)
    np.testing.assert_array_equal(made @ offsets, weights @ offsets)
    assert np.abs(made).max() <= largest
    before, after = (w.any(axis=0).sum() for w in (weights, made))
    assert after < before or np.array_equal(made, weights)


# --- Small models


def merged(model: bytes) -> Graph:
    """A model without dead channels and with merged constants. What is left has its values."""
    return assert_same(model, lambda graph: merge_constants(dead_channels(graph)))


def constant(b: Model, y: int, offsets: Sequence[int]) -> int:
    """The first channels that a convolution makes become constants this far from the zero point."""
    operator = next(o for o in b.graph.operators if y in o.outputs)
    x, weights, _ = operator.inputs
    count = len(offsets)
    b.edit(y, lambda w: put(w, slice(0, count), 0))
    scales = np.asarray(b.graph.tensors[weights].quantization.scale[:count], np.float64)
    bias = np.array(offsets) * b.scale(y) / (b.scale(x) * scales)
    return b.edit(y, lambda v: put(v, slice(0, count), np.rint(bias)), position=2)


def left(b: Model, x: int, *outputs: int) -> tuple[int, ...]:
    """Channels that are left of the first layer's output."""
    graph = merged(b.build([x], list(outputs)))
    found = output(graph, 0)
    return found.channels or tuple(range(found.shape[-1]))


def small(b: Model, y: int, channels: int = 4, **window: Any) -> int:
    """A convolution with small weights."""
    return b.edit(b.conv_2d(y, channels, **window), lambda w: w // 4)


@pytest.mark.parametrize(
    ("offsets", "expected"),
    [
        ((40,), (0, 1, 2, 3, 4, 5)),
        ((40, 7), (0, 1, 2, 3, 4, 5)),  # what they add is no multiple of one number
        ((40, 20), (1, 2, 3, 4, 5)),  # here it is
        ((40, 7, 31), (0, 1, 3, 4, 5)),
        ((40, 8, 30, -16), (1, 2, 4, 5)),  # 40 and 8 do not make 30, but 30 and 8 make all
        ((-40, 7, 31, 3, -20), (0, 3, 5)),
    ],
)
def test_two_do_for_all(offsets: tuple[int, ...], expected: tuple[int, ...]) -> None:
    """Constants at a border become as many as it takes; others than constants stay."""
    b, x, y = start(channels=6)
    constant(b, y, offsets)
    assert left(b, x, small(b, y)) == expected


def test_as_many_as_it_takes() -> None:
    """Sums that two int8 weights cannot make need another channel."""
    b, x, y = start(channels=5)
    constant(b, y, (20, 19, 18, 17))
    z = b.edit(b.conv_2d(y, 2), lambda w: np.full_like(w, 60))
    assert left(b, x, z) == (0, 3, 4)
    b.edit(z, lambda w: np.full_like(w, 80))
    assert len(left(b, x, z)) == 4


def test_int4_weights() -> None:
    """Weights of half a byte carry less."""
    for weight, count in ((1, 2), (7, 4)):
        b, x, y = start(channels=5)
        constant(b, y, (20, 19, 18, 17))
        z = b.edit(b.conv_2d(y, 2), lambda w, weight=weight: np.full_like(w, weight * 16))
        with_int4(b)
        assert len(left(b, x, z)) == count + 1


READERS: dict[str, tuple[Callable[[Model, int], int], int]] = {
    "convolution": (lambda b, y: small(b, y, stride=(2, 2), kernel=(5, 5)), 4),
    "other constants": (lambda b, y: b.deaf(small(b, y, kernel=(2, 3)), 0, 2), 4),
    "dense": (lambda b, y: b.edit(b.fully_connected(y, 3), lambda w: w // 8), 4),
    "depthwise": (lambda b, y: b.depthwise_conv_2d(y), 6),
    "groups": (lambda b, y: b.conv_2d(y, 4, groups=2), 6),
    "sum": (lambda b, y: b.add(y, y), 6),
    "caller": (lambda b, y: y, 6),
}


@pytest.mark.parametrize(("reader", "count"), READERS.values(), ids=READERS)
def test_another_reader(reader: Callable[[Model, int], int], count: int) -> None:
    """All readers have to do with the same channels; one that passes them on keeps all."""
    b, x, y = start(channels=6)
    constant(b, y, (40, 7, 31, -12))
    assert len(left(b, x, small(b, y), reader(b, y))) == count


def test_behind_a_pool() -> None:
    """Whatever makes the constants: all of them come from the model."""
    b, x, y = start(channels=6)
    y = b.max_pool_2d(constant(b, y, (40, 7, 31, -12)), stride=(1, 1))
    graph = merged(b.build([x], [small(b, y)]))
    assert channels(graph) == [4, 4, 4]


def test_a_maker_that_mixes_channels() -> None:
    """Constants that cannot go stay, and the pass comes to an end."""
    b, x, y = start(channels=4)
    y = constant(b, b.conv_2d(y, 6, groups=2), (40, 7, 31, -12))
    assert left(b, x, small(b, y)) == (0, 1, 2, 3)


def test_only_behind_dead_channels() -> None:
    """Where the user wants to keep dead channels, none goes here."""
    b, x, y = start(channels=6)
    constant(b, y, (40, 7, 31, -12))
    graph = load(b.build([x], [b.deaf(small(b, y), 5)]), "m")
    assert merge_constants(graph) is graph
    assert merge_constants(dead_channels(graph)) != dead_channels(graph)


def test_line_for_the_user() -> None:
    """What the pass did is told, and it can be left out."""
    b, x, y = start(channels=6)
    constant(b, y, (40, 7, 31, -12))
    model = b.build([x], [small(b, y)])
    program = driver.compile_model(model, "m.tflite", driver.Options())
    (line,) = [p for p in program.passes if p.startswith("merge_constants")]
    assert line == "merge_constants: channels 10 to 8; MACs 9,450 to 6,300; weights 378 to 252"
    options = driver.Options(no_passes=("merge_constants",))
    assert not driver.compile_model(model, "m.tflite", options).passes


# --- Whole models


@settings(max_examples=400)
@given(model=constant_graphs())
def test_constant_graphs(model: bytes) -> None:
    """Every value that is left is what it was."""
    merged(model)


@settings(max_examples=40)
@given(
    model=constant_graphs().filter(
        lambda m: merge_constants(dead_channels(load(m, "m"))) != dead_channels(load(m, "m"))
    )
)
def test_constant_libraries(host: HostBuild, model: bytes) -> None:
    """Compiled, too, against the interpreter."""
    program = driver.compile_model(model, "m.tflite", driver.Options("m"))
    assert any(line.startswith("merge_constants") for line in program.passes)
    samples = make_samples(program.model, 4)
    verdict = compare(
        program,
        emit.harness_view(program),
        samples,
        host.run(program, samples),
        find_reference(model, program.model),
    )
    assert verdict.bit_exact, verdict.first_mismatch
