"""Speed against memory: which layers give way, and how far, until the arena fits."""

from __future__ import annotations

import contextlib
import itertools

import numpy as np
import pytest
from host_build import HostBuild
from random_model import RandomModel

from weft import driver, emit, select, target, tradeoff, verify, weave
from weft.errors import BudgetError
from weft.ir import Node
from weft.ops import REGISTRY
from weft.program import Program
from weft.select import lavish_layers
from weft.select.smallest import code_bytes, constants
from weft.tradeoff import BALANCED_BYTES, RAM_BYTES
from weft.weave import GOALS


def network() -> bytes:
    """Fat images first, thin ones behind: the peak is in the first layers."""
    b = RandomModel(seed=3)
    x = b.input((1, 24, 24, 16))
    y = b.conv_2d(b.conv_2d(x, 16), 16)
    y = b.conv_2d(b.max_pool_2d(y, kernel=(4, 4), stride=(4, 4)), 24)
    y = b.conv_2d(b.conv_2d(y, 24), 8)
    return b.build([x], [b.fully_connected(b.reshape(y, (1, 288)), 10)])


def compiled(optimize: str, budget: int | None = None, variant: str = "dsp") -> Program:
    """The network's program for a core with DSP instructions, or without."""
    options = driver.Options("m", optimize=optimize, ram_budget=budget, variant=variant)
    return driver.compile_model(network(), "m.tflite", options)


def core() -> target.Target:
    """The target that programs are for."""
    return target.with_variant(target.load("generic"), "dsp")


def thrifty(program: Program) -> list[bool]:
    """Which convolutions do not have their fastest kernel, or make single rows."""
    calls = [c for c in program.calls if c.node.op == "conv_2d"]
    fastest = [next(k for k in c.kernels if not k.lavish) for c in calls]
    return [
        not c.kernel.lavish and (c.kernel is not k or c.block < k.block(c.op))
        for c, k in zip(calls, fastest, strict=True)
    ]


def cycles(program: Program) -> int:
    """What the choice of kernels goes by."""
    return sum(call.cycles for call in program.calls)


def test_goals_in_order() -> None:
    """`latency` gives way nowhere, `ram` takes hardly more than the least, `balanced` little."""
    ram, balanced, latency = (compiled(goal) for goal in ("ram", "balanced", "latency"))
    assert not any(thrifty(latency))
    assert ram.arena_bytes <= balanced.arena_bytes <= ram.arena_bytes + BALANCED_BYTES
    assert ram.arena_bytes <= compiled("ram", variant="portable").arena_bytes + RAM_BYTES + 512


def lavish(program: Program) -> list[bool]:
    """Which convolutions spend flash for speed."""
    return [c.kernel.lavish for c in program.calls if c.node.op == "conv_2d"]


def test_only_latency_spends_flash() -> None:
    """In the layers whose images are large enough to gain; other goals do in none."""
    assert lavish(compiled("latency")) == [True, True, True, False, False]
    assert not any(lavish(compiled("latency", variant="portable")))
    for goal in ("balanced", "ram", "flash"):
        assert not any(lavish(compiled(goal)))
        assert not any(lavish(compiled(goal, 1 << 20)))


def test_flash_that_is_spent_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Layers with the most multiplications for a byte come first."""
    graph = compiled("latency").graph
    most, least = (select.select(graph, core(), t) for t in (select.lavish(graph, core()), {}))
    worth = []
    for call, other in zip(most, least, strict=True):
        if call.kernel.lavish:
            more = constants(call.kernel, call.op) - constants(other.kernel, call.op)
            worth.append((REGISTRY[call.node.op].macs(call.op) / more, more))
    assert len(worth) == 3
    two = sum(size for _, size in sorted(worth, reverse=True)[:2])
    for limit, count in ((two, 2), (two - 1, 1), (0, 0)):
        monkeypatch.setattr(lavish_layers, "LAVISH_BYTES", limit)
        assert sum(lavish(compiled("latency"))) == count


def test_budget_comes_before_speed() -> None:
    """`latency` spends flash only where scratch and rows of such kernels fit the budget."""
    most, least = compiled("latency").arena_bytes, compiled("ram").arena_bytes
    for budget, expected in ((most, 3), ((most + least) // 2, 1), (least, 1)):
        program = compiled("latency", budget)
        assert program.arena_bytes <= budget
        assert sum(lavish(program)) == expected


def test_balanced_keeps_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """With less to spend over portable kernels, layers give way until it is enough."""
    least = compiled("balanced", variant="portable").arena_bytes
    assert compiled("balanced").arena_bytes > least + 512
    monkeypatch.setattr(tradeoff, "BALANCED_BYTES", 512)
    program = compiled("balanced")
    assert program.arena_bytes <= least + 512
    assert any(thrifty(program))


def test_large_graphs_try_few_mixtures(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that may schedule no layer again takes the frugal kernels at once."""
    monkeypatch.setattr(tradeoff, "_MOST_LAYERS", 0)
    assert all(thrifty(compiled("ram"))[:-1])


def test_only_layers_at_the_peak_give_way(host: HostBuild) -> None:
    """With a budget between, some layers are thrifty and others as fast as they can be."""
    least, fast = compiled("ram").arena_bytes, compiled("balanced", 1 << 20)
    assert not any(thrifty(fast))
    budget = (least + fast.arena_bytes) // 2
    program = compiled("balanced", budget)
    assert program.arena_bytes <= budget
    assert thrifty(program)[0]
    assert not all(thrifty(program))
    samples = verify.make_samples(program.model, 4)
    traces = host.run(program, samples)
    reference = verify.NumpyReference(program.model)
    found = verify.compare(program, emit.harness_view(program), samples, traces, reference)
    assert found.bit_exact, found.first_mismatch


def test_memory_is_taken_where_it_costs_least() -> None:
    """A little memory costs few cycles, more of it more, and never more than thrift everywhere."""
    least, fast = compiled("ram"), compiled("balanced", 1 << 20)
    budgets = np.linspace(fast.arena_bytes - 64, least.arena_bytes, 6).astype(int).tolist()
    found = [compiled("balanced", budget) for budget in budgets]
    assert all(p.arena_bytes <= budget for p, budget in zip(found, budgets, strict=True))
    assert cycles(fast) < cycles(found[0]) < 1.02 * cycles(fast)
    thrifts = {node.outputs[0]: select.FRUGAL for node in fast.graph.nodes}
    frugal = select.select(fast.graph, core(), thrifts)
    assert all(cycles(p) <= sum(call.cycles for call in frugal) for p in found)


def test_thriftier_calls() -> None:
    """Each next thrift leads to what asks for less, and takes more cycles."""
    b = RandomModel(seed=4)
    x = b.input((1, 20, 45, 8))
    y = b.depthwise_conv_2d(b.depthwise_conv_2d(b.conv_2d(x, 12)), kernel=(5, 5))
    small = driver.Options("m", optimize="latency", variant="dsp")
    seen = set()
    for program in (compiled("latency"), driver.compile_model(b.build([x], [y]), "m", small)):
        for call in program.calls:
            start = select.Thrift(lavish=call.kernel.lavish)
            for thrift, before, after in select.thriftier(call, start):
                seen.add((call.kernel.symbol, after.kernel.symbol))
                assert thrift != start
                assert after.scratch < before.scratch or after.block < before.block
                assert after.cycles > before.cycles
    assert len(seen) >= 7


def test_peaks() -> None:
    """Of each layer the worst step above a height, highest first, with all that is in use."""
    program = compiled("balanced")
    graph = program.graph
    layers = weave.layers(graph, program.calls, input_rows=False)
    setting = weave.Setting.of(graph, layers, row_alignment=4, alignment=4)
    arrangement = weave.schedule(setting, "balanced").arrangement
    total = np.zeros(len(arrangement.weave), int)
    for s in arrangement.storages:
        for step in range(s.first, s.last + 1):
            total[step] += max(0, s.high[step - s.first] - s.low[step - s.first])
    depth = 600
    worst = {n: max(total[[m == n for m in arrangement.weave]]) for n in set(arrangement.weave)}
    expected = sorted((b - total.max() + depth for b in worst.values()), reverse=True)
    found = list(weave.peaks(arrangement, depth))
    assert [height for height, _ in found] == [height for height in expected if height > 0]
    assert found[0][0] == depth
    assert len(found) > 1


def flash(program: Program) -> int:
    """Bytes of kernels' code and of constants."""
    arrays = (v for params in program.params for v in params.values() if isinstance(v, np.ndarray))
    needed = frozenset().union(*(c.kernel.sources for c in program.calls))
    code = sum(code_bytes()[source] for source in needed)
    return code + sum(array.nbytes for array in arrays)


def test_flash_is_least() -> None:
    """No goal and no kernel set takes less flash, and this network can save some."""
    smallest = flash(compiled("flash"))
    assert smallest < flash(compiled("latency"))
    assert smallest <= min(flash(compiled(goal, variant="portable")) for goal in GOALS)


def test_flash_shares_code() -> None:
    """Of all choices of sources none is smaller than the one that is made."""
    graph = compiled("latency").graph
    kernels = [k for call in select.select(graph, core(), {}) for k in call.kernels]
    sources = sorted({k.source for k in kernels if not k.lavish})
    constants: dict[tuple[Node, str], int] = {}

    def total(avoided: frozenset[str]) -> int:
        calls = select.select(graph, core(), {}, avoided)
        for call in calls:
            if (call.node, call.kernel.symbol) not in constants:
                arrays = (v for v in call.kernel.params(call.op).values())
                size = sum(v.nbytes for v in arrays if isinstance(v, np.ndarray))
                constants[call.node, call.kernel.symbol] = size
        needed = frozenset().union(*(c.kernel.sources for c in calls))
        code = sum(code_bytes()[source] for source in needed)
        return code + sum(constants[c.node, c.kernel.symbol] for c in calls)

    totals = []
    for count in range(len(sources)):
        for avoided in map(frozenset, itertools.combinations(sources, count)):
            with contextlib.suppress(StopIteration, RuntimeError):  # a node has no kernel left
                totals.append(total(avoided))
    assert len(totals) > 10
    assert total(frozenset(select.smallest(graph, core()))) == min(totals)


def test_least_budget() -> None:
    """What `ram` needs is a budget that fits; far less is refused, saying what would do."""
    least = compiled("ram").arena_bytes
    assert compiled("balanced", least).arena_bytes <= least
    with pytest.raises(BudgetError, match="the arena needs at least"):
        compiled("balanced", least // 2)
