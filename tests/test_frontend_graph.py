"""What the frontend makes of valid models: nodes, tensors, quantization, options."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from edited_model import WEIGHTS, X, add_tensor, built, code, operator, quant
from model_builder import ModelBuilder
from random_model import RandomModel
from shared_files import shared_models

from weft.errors import CompileError
from weft.frontend import load
from weft.frontend.options import read_options
from weft.ir import describe, dump
from weft.ops import REGISTRY
from weft.quant import Quant


def small_network() -> tuple[RandomModel, int, int]:
    """A model with most kinds of options, its input and its output."""
    b = RandomModel(seed=1)
    x = b.input((1, 9, 8, 3))
    y = b.conv_2d(x, 4, stride=(2, 1), padding="VALID", activation="RELU6")
    y = b.reshape(b.max_pool_2d(b.pad(y, ((0, 0), (0, 0), (1, 1), (0, 0)))), (1, 32))
    return b, x, b.fully_connected(y, 5, bias=False)


def test_graph() -> None:
    """Parameters are folded, unused tensors dropped, provenance kept, order that of the file."""
    b, x, y = small_network()
    b.tensor((7,), name="unused")
    loaded = load(b.build([x], [y]), "small")
    text = dump(loaded)
    assert [n.op for n in loaded.nodes] == [
        "conv_2d",
        "pad",
        "max_pool_2d",
        "reshape",
        "fully_connected",
    ]
    assert [n.origins for n in loaded.nodes] == [(i,) for i in range(5)]
    assert len(loaded.nodes[1].inputs) == 1, text
    assert loaded.nodes[4].inputs[2] is None, text
    assert "unused" not in {t.name for t in loaded.tensors}
    for t in loaded.tensors:
        assert t.origin is not None
        assert t.name == f"t{t.origin}"
        assert t.shape == b.shape(t.origin)
    assert describe(loaded, loaded.nodes[0]) == 'operator 0 (CONV_2D), tensor 2 "t2"'


def test_quantization() -> None:
    """Scales are the stored float32 values; the axis stands only beside several."""
    b = RandomModel()
    x = b.input((1, 4, 4, 2), scale=0.1)
    loaded = load(b.build([x], [b.depthwise_conv_2d(x, multiplier=2)]), "m")
    weights, bias = (t for t in loaded.tensors if t.const is not None)
    assert loaded.tensors[0].q == Quant((float(np.float32(0.1)),), (-7,))
    assert weights.q.axis == 3
    assert len(weights.q.scale) == len(weights.q.zero_point) == 4
    assert bias.q.axis == 0
    assert bias.data.tolist() == np.frombuffer(b.model.buffers[2].data, "<i4").tolist()


def test_shared_buffer() -> None:
    """Tensors may share one buffer."""
    loaded = load(built(add_tensor(1, 4), _share), "m")
    assert [t.const for t in loaded.tensors].count(bytes(range(12))) == 2


def _share(b: ModelBuilder) -> None:
    """Give a second operator weights of the same buffer."""
    other = b.tensor((3, 4), 0.01)
    b.graph.tensors[other].buffer = b.graph.tensors[WEIGHTS].buffer
    b.operator("FULLY_CONNECTED", [X, other, -1], [b.tensor((1, 3), 0.1)])


def test_parameter_computed_at_run_time() -> None:
    """A parameter input has to be constant."""
    b = RandomModel()
    x, shape = b.input((1, 4)), b.tensor((2,), dtype="int32", name="shape")
    y = b.reshape(x, (2, 2))
    b.graph.operators[0].inputs = [x, shape]
    with pytest.raises(CompileError, match=r'input 1 \("shape"\) is computed at run time'):
        load(b.build([x, shape], [y]), "m")


def test_parameter_of_another_type() -> None:
    """A parameter input has to be of an integer type."""
    b = RandomModel()
    y = b.pad(b.input((1, 4)), ((0, 0), (1, 1)))
    b.graph.tensors[y + 1].type = schema.TensorType.FLOAT32
    with pytest.raises(CompileError, match=r'input 1 \("t2"\) is float32, not int32 or int64'):
        load(b.build([0], [y]), "m")


def test_errors_name_operators_like_the_graph() -> None:
    """The frontend and `weft.ir.describe` use the same words."""
    with pytest.raises(CompileError) as caught:
        load(built(quant(X, zeroPoint=[0]), code(9), operator(inputs=[X, WEIGHTS, 99])), "m")
    loaded = load(built(), "m")
    assert caught.value.where == describe(loaded, loaded.nodes[0])


def test_options() -> None:
    """Options come under their names in the schema; what is left out has its default."""
    fields = ("padding", "stride_w", "dilation_h_factor", "fused_activation_function")
    assert read_options("Conv2DOptions", fields) == {
        "padding": 0,
        "stride_w": 0,
        "dilation_h_factor": 1,
        "fused_activation_function": 0,
    }
    assert read_options("ReshapeOptions", ("new_shape",)) == {"new_shape": []}
    b = ModelBuilder()
    b.operator("RESHAPE", [], [], new_shape=[2, -1])
    packed = schema.Model.GetRootAs(b.build([], []), 0).Subgraphs(0).Operators(0)
    options = read_options("ReshapeOptions", ("new_shape",), packed.BuiltinOptions())
    assert options == {"new_shape": [2, -1]}


@pytest.mark.parametrize("name", REGISTRY)
def test_declared_fields(name: str) -> None:
    """Every field that an operator asks for exists in the schema."""
    declared = REGISTRY[name]
    if declared.options is not None:
        assert read_options(declared.options, declared.fields).keys() == set(declared.fields)


@pytest.mark.shared
@pytest.mark.parametrize("path", shared_models(), ids=lambda path: path.stem)
def test_published_model(path: Path) -> None:
    """Published models load, well under a second."""
    start = time.perf_counter()
    loaded = load(path.read_bytes(), path.stem)
    assert time.perf_counter() - start < 1
    assert loaded.nodes
