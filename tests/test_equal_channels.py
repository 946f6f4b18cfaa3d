"""Equal channels, and whole models without dead channels: no bit of what is left changes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from channel_model import FAR, Model, assert_same, channels, output, pruned, put, start
from host_build import HostBuild
from hypothesis import given, settings
from shared_files import shared_folder
from sparse_model import sparse_graphs

from weft import driver, emit
from weft.frontend import load
from weft.ops.totals import graph_macs
from weft.passes import dead_channels
from weft.program import Program
from weft.verify import compare, find_reference, make_samples

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


def test_rounds() -> None:
    """A filter that nobody reads is gone before sums of weights are looked at again."""
    b, x, y = start()
    z = b.edit(b.deaf(b.conv_2d(b.copied(y, 2, 0), 3), 1), lambda w: w // 2)
    b.edit(z, lambda w: put(w, 1, 100))
    b.edit(z, lambda w: put(w, (..., 1), 0))
    graph = pruned(b, x, b.deaf(b.conv_2d(z, 2, (1, 1)), 1))
    assert channels(graph) == [2, 2, 2]
    assert output(graph, 0).channels == (0, 3)


def test_equal_constants() -> None:
    """Constants that have to stay are equal if their values are, however they come about."""
    b, x, y = start()
    b.stuck(b.stuck(y, 1), 2, bias=FAR + 5)
    assert channels(pruned(b, x, b.edit(b.conv_2d(y, 3), lambda w: w // 2))) == [3, 3]


def test_merging_revives_nothing() -> None:
    """A reader of one of two equal channels stays with it: the other one may go."""
    b, x, y = start()
    side = b.conv_2d(b.copied(y, 2, 0), 4)
    only = b.deaf(b.conv_2d(y, 2), 0)
    b.deaf(side, 0)
    total = b.deaf(b.conv_2d(b.add(y, side), 2), 0)
    assert channels(pruned(b, x, only, total)) == [3, 3, 2, 3, 2]


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
    traces[0][view.tensors[narrow].base + 2 * 7 + 1] ^= 1
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
