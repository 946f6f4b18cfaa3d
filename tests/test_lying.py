"""One-dimensional networks: upright where that saves memory, lying where speed counts."""

from __future__ import annotations

import pytest
from host_build import HostBuild
from random_model import RandomModel

from weft import driver, emit, verify
from weft.program import Program

_TIME = 40


@pytest.fixture(scope="module")
def network() -> bytes:
    """Convolutions along the time of a signal, as images of height 1."""
    b = RandomModel(seed=21)
    x = b.input((1, 1, _TIME, 3))
    y = b.conv_2d(x, 12, (1, 5))
    y = b.max_pool_2d(b.conv_2d(y, 12, (1, 3)), kernel=(1, 2), stride=(1, 2))
    return b.build([x], [b.conv_2d(y, 4, (1, 3))])


def compiled(model: bytes, goal: str, **options: object) -> Program:
    """The program for a core with DSP instructions."""
    asked = driver.Options("m", "cortex-m4", optimize=goal, **options)  # type: ignore[arg-type]
    return driver.compile_model(model, "m.tflite", asked)


def stands(program: Program) -> bool:
    """Whether the images are upright: a step for each few points in time."""
    return max(t.rows[0] for t in program.graph.tensors if t.const is None) >= _TIME


def test_goals(network: bytes, host: HostBuild) -> None:
    """`latency` leaves them lying, `ram` and rows that are pushed need them upright."""
    ram, latency = compiled(network, "ram"), compiled(network, "latency")
    assert stands(ram)
    assert not stands(latency)
    assert ram.arena_bytes < latency.arena_bytes
    assert len(latency.plan.weave) < len(ram.plan.weave) / 4
    assert any(line.startswith("upright: left out") for line in latency.passes)
    assert stands(compiled(network, "latency", input_rows=True))
    samples = verify.make_samples(latency.model, 4)
    reference = verify.find_reference(network, latency.model)
    for program in (ram, latency):
        traces = host.run(program, samples)
        view = emit.harness_view(program)
        verdict = verify.compare(program, view, samples, traces, reference)
        assert verdict.bit_exact, verdict.first_mismatch


def test_balanced(network: bytes) -> None:
    """`balanced` may take some memory more: this network is small enough to lie."""
    assert not stands(compiled(network, "balanced"))
    b = RandomModel(seed=22)
    x = b.input((1, 1, 2000, 3))
    y = b.conv_2d(b.conv_2d(x, 12, (1, 5)), 4, (1, 3))
    large = b.build([x], [b.mean(y)])
    assert stands(compiled(large, "balanced"))


def test_budget(network: bytes) -> None:
    """A budget comes first."""
    lying = compiled(network, "latency").arena_bytes
    assert not stands(compiled(network, "latency", ram_budget=lying))
    assert stands(compiled(network, "latency", ram_budget=compiled(network, "ram").arena_bytes))
