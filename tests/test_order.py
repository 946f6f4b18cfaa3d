"""The order of operators: the least peak, the same results, and never a larger arena."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace

import pytest
from host_build import HostBuild
from hypothesis import given, settings
from hypothesis import strategies as st
from pass_models import clamp
from random_model import RandomModel
from test_passes import assert_exact, compiled

from weft import driver
from weft.errors import BudgetError
from weft.frontend import load
from weft.ir import Graph, verify
from weft.passes import order


def peak(graph: Graph) -> int:
    """The most bytes of tensors in use at once, layer by layer; no views."""
    live, most = set(graph.inputs), 0
    for number, node in enumerate(graph.nodes):
        live |= set(node.outputs)
        most = max(most, sum(graph[t].nbytes for t in live))
        wanted = {*graph.outputs, *(t for n in graph.nodes[number + 1 :] for t in n.inputs)}
        live &= wanted
    return most


def least_peak(graph: Graph) -> int:
    """The least peak of all orders, by trying them."""

    def possible(nodes: tuple[int, ...]) -> bool:
        place = {t: i for i, n in enumerate(nodes) for t in graph.nodes[n].outputs}
        pairs = ((i, t) for i, n in enumerate(nodes) for t in graph.nodes[n].inputs if t in place)
        return all(place[t] < i for i, t in pairs if t is not None)

    orders = filter(possible, itertools.permutations(range(len(graph.nodes))))
    return min(peak(replace(graph, nodes=tuple(graph.nodes[i] for i in o))) for o in orders)


@st.composite
def branched_models(draw: st.DrawFn) -> bytes:
    """Images of different depth that join in the end."""
    b = RandomModel(draw(st.integers(0, 1 << 16)))
    x = b.input((1, 3, 3, draw(st.integers(1, 9))))
    images = [x]
    for _ in range(draw(st.integers(3, 6))):
        source = draw(st.sampled_from(images))
        if draw(st.booleans()):
            images.append(b.conv_2d(source, draw(st.integers(1, 30)), (1, 1)))
        else:
            images.append(b.mean(source, (3,), keep_dims=True))
    read = {t for op in b.graph.operators for t in op.inputs}
    return b.build([x], [t for t in images[1:] if t not in read])


@settings(max_examples=150)
@given(model=branched_models())
def test_least_peak(model: bytes) -> None:
    """As good as the best of all orders; where the model's own is as good, that one."""
    graph = load(model, "m")
    ordered = order(graph)
    verify(ordered)
    assert peak(ordered) == least_peak(graph)
    assert ordered == graph or peak(ordered) < peak(graph)
    assert order(ordered) == ordered


def output_first() -> bytes:
    """A model that makes a wide output before what else needs much room."""
    b = RandomModel()
    x = b.input((1, 2, 2, 4))

    def wide() -> int:
        """TRANSPOSE makes its output at once: it does not stream."""
        return b.transpose(b.conv_2d(x, 64, (1, 1)), (0, 3, 2, 1))

    output = wide()
    other = b.softmax(wide())  # which keeps the TRANSPOSE from the dense layer
    return b.build([x], [output, b.fully_connected(b.reshape(other, (1, 256)), 3)])


def kept(model: bytes) -> int:
    """Bytes of the arena in the model's order."""
    options = driver.Options("m", no_passes=("order",))
    return driver.compile_model(model, "m", options).arena_bytes


def test_smaller_arena(host: HostBuild) -> None:
    """What stays to the end is made last, and the report says what that gains."""
    model = output_first()
    program = assert_exact(host, model, rows=False)
    assert program.arena_bytes < kept(model)
    assert program.passes == (f"order: arena {kept(model)} to {program.arena_bytes} bytes",)


def test_budget() -> None:
    """The model's own order stays where it fits the budget."""

    def report(budget: int) -> tuple[str, ...]:
        options = driver.Options("m", ram_budget=budget)
        return driver.compile_model(output_first(), "m", options).passes

    smallest = compiled(output_first()).arena_bytes
    assert report(smallest) == (f"order: arena over the budget to {smallest} bytes",)
    assert report(kept(output_first())) == ()
    with pytest.raises(BudgetError):
        report(16)


@settings(max_examples=40)
@given(model=branched_models())
def test_never_larger(host: HostBuild, model: bytes) -> None:
    """Exact, and no larger than in the model's order."""
    program = assert_exact(host, model, rows=False)
    assert program.arena_bytes <= kept(model)


def test_large_graphs() -> None:
    """1,000 operators, as a chain and with more freedom than can be searched."""
    for freedom in (1, 30):
        b = RandomModel()
        x = b.input((1, 4))
        ends = [x] * freedom
        for number in range(1000):
            ends[number % freedom] = clamp(b, ends[number % freedom])
        graph = load(b.build([x], ends), "m")
        start = time.process_time()
        verify(order(graph))
        assert time.process_time() - start < 5
