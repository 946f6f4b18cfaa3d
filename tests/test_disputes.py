"""Operators that the interpreter computes otherwise than TensorFlow Lite Micro, which counts."""

from __future__ import annotations

import numpy as np
from host_build import HostBuild
from random_model import RandomModel

from weft import driver, emit, verify
from weft.verify.reference import UndisputedReference


def product(scale: float) -> bytes:
    """A convolution, a product of it and itself with some scale, and RELU6 behind it."""
    b = RandomModel(seed=9)
    x = b.input((1, 6, 5, 4))
    y = b.conv_2d(x, 4)
    z = b.tensor(b.shape(y), scale, 3)
    b.operator("MUL", [y, x], [z])
    return b.build([x], [b.relu6(z)])


def reference(model: bytes) -> verify.Reference:
    """What a model is compared with."""
    return verify.find_reference(model, driver.compile_model(model, "m.tflite", options()).model)


def options() -> driver.Options:
    """Without passes, so that every operator is compared."""
    return driver.Options("m", passes=())


def test_formulas_follow_what_is_disputed(host: HostBuild) -> None:
    """The interpreter judges the convolution, the formulas the product and what reads it."""
    model = product(0.0037)
    program = driver.compile_model(model, "m.tflite", options())
    found = reference(model)
    assert isinstance(found, UndisputedReference)
    assert "BUILTIN_REF" in found.name
    assert "operator 1 (MUL)" in found.name
    graph = program.model
    assert found.own == {graph[t].origin for node in graph.nodes[1:] for t in node.outputs}
    samples = verify.make_samples(graph, 6)
    traces = host.run(program, samples)
    verdict = verify.compare(program, emit.harness_view(program), samples, traces, found)
    assert verdict.bit_exact, verdict.first_mismatch


def test_interpreter_alone() -> None:
    """With scales whose products are exact in float32 nothing is disputed."""
    b = RandomModel(seed=9)
    x = b.input((1, 3, 2, 4), 0.5)
    y = b.tensor(b.shape(x), 0.25, 3)
    b.operator("MUL", [x, x], [y])
    assert reference(b.build([x], [y])).name == "ai-edge-litert 1.2.0 BUILTIN_REF"


def test_harmful_kernels_are_not_run() -> None:
    """LiteRT reads past a depthwise filter without bias: the formulas judge all of the model."""
    b = RandomModel(seed=9)
    x = b.input((1, 4, 4, 3))
    model = b.build([x], [b.depthwise_conv_2d(x, bias=False)])
    assert isinstance(reference(model), verify.NumpyReference)


def test_refused_while_running(host: HostBuild) -> None:
    """LiteRT loads a TILE of int16 and fails when it runs it: the formulas judge the model."""
    b = RandomModel(seed=9)
    x = b.tensor((1, 2, 3, 2), 0.01, dtype="INT16")
    y = b.tensor((1, 4, 3, 2), 0.01, dtype="INT16")
    b.operator("TILE", [x, b.integers([1, 2, 1, 1])], [y])
    model = b.build([x], [y])
    found = reference(model)
    assert isinstance(found, verify.NumpyReference)
    program = driver.compile_model(model, "m.tflite", options())
    samples = verify.make_samples(program.model, 4)
    traces = host.run(program, samples)
    assert verify.compare(program, emit.harness_view(program), samples, traces, found).bit_exact


def test_disputed_values_differ() -> None:
    """The dispute is real: somewhere the interpreter's sums are not the formula's."""
    b = RandomModel(seed=9)
    x, y = b.input((1, 4, 4, 3), 0.1, 5), b.tensor((1, 3), 0.5, -2)
    b.operator("SUM", [x, b.integers([1, 2])], [y], keep_dims=False)
    model = b.build([x], [y])
    graph = driver.compile_model(model, "m.tflite", options()).model
    found = reference(model)
    assert isinstance(found, UndisputedReference)
    inputs = verify.make_samples(graph, 4).inputs[3]
    (output,) = (graph[t].origin for t in graph.outputs)
    assert output is not None
    assert not np.array_equal(found.interpreter.run(inputs)[output], found.run(inputs)[output])
