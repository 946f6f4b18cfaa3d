"""What depends on constants and shapes alone is computed by the compiler, or refused by name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from host_build import HostBuild
from hypothesis import given, settings
from hypothesis import strategies as st
from random_model import RandomModel
from test_passes import assert_exact, compiled, ops, rewritten

from weft import driver, emit
from weft.errors import CompileError
from weft.frontend import load
from weft.ir import Graph
from weft.verify import compare, find_reference, make_samples


def shape_of(b: RandomModel, x: int) -> int:
    """SHAPE of a tensor, int32."""
    y = b.tensor((len(b.shape(x)),), dtype="int32")
    b.operator("SHAPE", [x], [y], out_type=2)
    return y


def integer(b: RandomModel, builtin: str, first: int, second: int) -> int:
    """Arithmetic on two int32 tensors of one shape."""
    y = b.tensor(b.shape(first), dtype="int32")
    b.operator(builtin, [first, second], [y])
    return y


def constant(graph: Graph, origin: int) -> list[int]:
    """The values of a tensor of the model that is constant by now."""
    (tensor,) = (t for t in graph.tensors if t.origin == origin)
    found: list[int] = tensor.data.ravel().tolist()
    return found


def test_arithmetic_on_shapes(host: HostBuild) -> None:
    """A shape that is computed from another tensor's; it wraps where int32 does."""
    b = RandomModel()
    x = b.input((1, 4, 3, 2))
    doubled = integer(b, "MUL", shape_of(b, x), b.integers([2, 1, 1 << 30, 2]))
    total = integer(b, "ADD", doubled, b.integers([0, 0, 1 + (1 << 30), -1]))
    y = b.reshape(b.relu(x), (2, 4, 1, 3))
    b.graph.operators[-1].inputs[1] = total
    model = b.build([x], [y, total])
    assert ops(load(model, "m")) == ["shape", "mul", "add", "relu", "reshape"]
    graph = rewritten(model, "fold_constants")
    assert ops(graph) == ["relu", "reshape"]
    assert constant(graph, doubled) == [2, 4, -(1 << 30), 4]
    assert constant(graph, total) == [2, 4, 1, 3]
    assert_exact(host, model, rows=False)


def test_shape_of_keras(host: HostBuild) -> None:
    """What converters make of a Reshape of any batch: SHAPE, STRIDED_SLICE, PACK, RESHAPE."""
    b = RandomModel()
    x = b.input((1, 4, 3, 2))
    batch, shape = b.tensor((), dtype="int32"), b.tensor((3,), dtype="int32")
    edges = [b.integers([n]) for n in (0, 1, 1)]
    b.operator("STRIDED_SLICE", [shape_of(b, x), *edges], [batch], shrink_axis_mask=1)
    b.operator("PACK", [batch, b.integers(12), b.integers(2)], [shape], values_count=3)
    y = b.reshape(b.relu(x), (1, 12, 2))
    b.graph.operators[-1].inputs[1] = shape
    model = b.build([x], [b.softmax(y)])
    assert ops(rewritten(model, "fold_constants")) == ["relu", "reshape", "softmax"]
    assert_exact(host, model, rows=False)


def test_computed_weights_and_paddings(host: HostBuild) -> None:
    """Weights may come out of a TRANSPOSE, paddings out of a FILL, operands out of an int8 ADD."""
    b = RandomModel()
    x = b.input((1, 4, 3, 2))
    pads = b.tensor((4, 2), dtype="int32")
    b.operator("FILL", [b.integers([4, 2]), b.integers(0)], [pads])
    padded = b.pad(x, ((0, 0),) * 4)
    b.graph.operators[-1].inputs[1] = pads
    weights = b.constant(b.rng.integers(-127, 128, (24, 5)), 0.01)
    turned = b.transpose(weights, (1, 0))
    y = b.fully_connected(b.reshape(padded, (1, 24)), 5)
    b.graph.operators[-1].inputs[1] = turned
    operand = b.add(b.constant([[1, 2, 3, 4, 5]], 0.1), b.constant([[7]], 0.2), "RELU")
    model = b.build([x], [b.add(y, operand)])
    graph = rewritten(model, "fold_constants")
    assert ops(graph) == ["pad", "reshape", "fully_connected", "add"]
    assert_exact(host, model, rows=False)


def test_constant_outputs(host: HostBuild) -> None:
    """Outputs that are stored or computed from what is, of several rows and of no axis at all."""
    b = RandomModel()
    x = b.input((1, 2))
    stored = b.constant(np.arange(24).reshape(1, 4, 3, 2), 0.1)
    row = b.constant(np.float32(0.1), dtype="float32")
    flag = b.constant([True, False, True], dtype="bool")
    outputs = [b.relu(x), stored, b.relu(stored), b.reshape(stored, (2, 12)), row, flag]
    program = assert_exact(host, b.build([x], outputs), rows=False)
    assert [n.op for n in program.graph.nodes].count("copy") == 5


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16"])
@pytest.mark.parametrize("axis", [0, 2])
def test_scales_by_channel(axis: int, dtype: str, host: HostBuild) -> None:
    """Weights as they are stored become an operand."""
    b = RandomModel()
    x = b.input((4, 3, 5))
    scales = [0.01 * (i + 1) for i in range((4, 3, 5)[axis])]
    low, high = (-128, 128) if dtype != "uint8" else (0, 256)
    values = b.rng.integers(low, high, (4, 3, 5))
    points = 0 if dtype == "int16" else b.rng.integers(max(low, -9), 10, len(scales)).tolist()
    stored = b.constant(values, scales, points, dtype=dtype, axis=axis)
    floats = b.tensor((4, 3, 5), dtype="float32")
    b.operator("DEQUANTIZE", [stored], [floats])
    program = assert_exact(host, b.build([x], [b.add(x, b.quantize(floats, 0.05))]), rows=False)
    assert [n.op for n in program.graph.nodes] == ["add"]


def test_batches_of_constants(host: HostBuild) -> None:
    """What kernels take one of may be computed now for several."""
    b = RandomModel()
    x = b.input((2, 3, 3, 2))
    stored = b.constant(b.rng.integers(-9, 9, (2, 3, 3, 1)), 0.1)
    y = b.add(x, b.conv_2d(stored, 2))
    assert ops(assert_exact(host, b.build([x], [y]), rows=False).graph) == ["add"]


def test_verify_compares_what_is_folded() -> None:
    """A constant that the compiler gets wrong shows, though no layer makes it."""
    b = RandomModel()
    x = b.input((1, 4))
    model = b.build([x], [b.add(x, b.relu(b.constant([[-1, 2, 3, 4]], 0.1)))])
    program = compiled(model)
    wrong = [
        t if t.const is None else replace(t, const=bytes(t.nbytes)) for t in program.graph.tensors
    ]
    program = replace(program, graph=replace(program.graph, tensors=tuple(wrong)))
    view, samples = emit.harness_view(program), make_samples(program.model, 1)
    trace = np.zeros(view.trace_bytes, np.int8)
    verdict = compare(program, view, samples, [trace], find_reference(model, program.model))
    assert "operator 0 (RELU)" in str(verdict.first_mismatch)


def test_the_pass_is_needed() -> None:
    """Without the pass such models are refused; others do not miss it."""
    b = RandomModel()
    x = b.input((1, 4))
    without = driver.Options("m", no_passes=("fold_constants",))
    driver.compile_model(b.build([x], [b.relu(x)]), "m", without)
    with pytest.raises(CompileError, match="without pass fold_constants"):
        driver.compile_model(b.build([x], [shape_of(b, x)]), "m", without)


def test_refused_by_name() -> None:
    """Compile-time operators on what is computed at run time, and huge constants."""
    b = RandomModel()
    value = b.tensor((), dtype="int32", name="value")
    y = b.tensor((3,), dtype="int32")
    b.operator("FILL", [b.integers([3]), value], [y])
    with pytest.raises(CompileError, match=r"operator 0 \(FILL\).*constant inputs only.*value"):
        load(b.build([value], [y]), "m")
    b = RandomModel()
    y = b.tensor((5000, 5000), dtype="int8")
    b.operator("FILL", [b.integers([5000, 5000]), b.constant(1)], [y])
    with pytest.raises(CompileError, match="over 16777216 bytes are"):
        load(b.build([b.input((1, 4))], [y]), "m")


def test_refused_arithmetic() -> None:
    """Integers that do not broadcast, or do not give the output's shape; mixed types."""

    def load_sum(first: list[int], second: list[int], out: int, dtype: str = "int32") -> None:
        b = RandomModel()
        y = b.tensor((out,), dtype=dtype)
        b.operator("ADD", [b.integers(first), b.integers(second)], [y])
        load(b.build([b.input((1, 4))], [y]), "m")

    load_sum([1, 2], [3], 2)
    with pytest.raises(CompileError, match="do not broadcast"):
        load_sum([1, 2], [3, 4, 5], 3)
    with pytest.raises(CompileError, match=r"it makes \[2\], but its output is \[4\]"):
        load_sum([1, 2], [3], 4)
    with pytest.raises(CompileError, match="they are int32 and int64"):
        load_sum([1, 2], [3], 2, "int64")


@st.composite
def foldable_models(draw: st.DrawFn) -> bytes:
    """Graphs of which a part hangs on constants alone."""
    b = RandomModel(draw(st.integers(0, 1 << 16)))
    shape = (1, draw(st.integers(1, 4)), draw(st.integers(1, 4)), draw(st.integers(1, 3)))
    x = b.input(shape)
    known = b.constant(b.rng.integers(-128, 128, shape), 0.05, -3)
    images = [x, known]
    for _ in range(draw(st.integers(1, 6))):
        source, other = (draw(st.sampled_from(images)) for _ in range(2))
        if known in (source, other) and draw(st.booleans()):
            other = source
        layer = draw(st.sampled_from(("add", "relu", "conv", "pool", "pad")))
        match layer:
            case "add":
                images.append(b.add(source, other))
            case "relu":
                images.append(b.relu(source))
            case "conv":
                images.append(b.conv_2d(source, shape[3], (2, 3)))
            case "pool":
                images.append(b.max_pool_2d(source, kernel=(2, 2), stride=(1, 1), padding="SAME"))
            case _:
                images.append(b.pad(source, ((0, 0),) * 4))
    return b.build([x], images[2:])


@settings(max_examples=60)
@given(model=foldable_models(), rows=st.booleans())
def test_random_graphs(host: HostBuild, model: bytes, rows: bool) -> None:
    """Folding changes no result, constant outputs included."""
    assert_exact(host, model, rows=rows)
