"""Layers of weights that are not int8 times int8: what passes, kernels and checks make of them.

That each computes the right bits is for test_kernels.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from cases.common import INT4, INT16, INT16_SHORT, Types
from channel_model import Model, channels, output, pruned, put
from model_builder import ModelBuilder, int4_bytes
from random_model import RandomModel

from weft import driver, target
from weft.errors import CompileError
from weft.frontend import load
from weft.passes import dead_channels
from weft.select import select

_WEIGHTED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
_CODES = {getattr(schema.BuiltinOperator, name) for name in _WEIGHTED}


def with_int4(b: ModelBuilder) -> None:
    """All weights as int4, made from the upper halves of their bytes."""
    for operator in b.graph.operators:
        if b.model.operatorCodes[operator.opcodeIndex].builtinCode in _CODES:
            weights = b.graph.tensors[operator.inputs[1]]
            buffer = b.model.buffers[weights.buffer]
            values = np.frombuffer(bytes(buffer.data), np.int8) >> 4
            weights.type = schema.TensorType.INT4
            buffer.data = np.frombuffer(int4_bytes(values), np.uint8)


def with_int16(b: ModelBuilder) -> None:
    """All activations as int16 around 0, and biases as int64."""
    wider = {
        schema.TensorType.INT8: schema.TensorType.INT16,
        schema.TensorType.INT32: schema.TensorType.INT64,
    }
    for tensor in b.graph.tensors:
        buffer = b.model.buffers[tensor.buffer]
        bias = tensor.type == schema.TensorType.INT32 and tensor.quantization is not None
        if bias:
            values = np.frombuffer(bytes(buffer.data), "<i4").astype("<i8")
            buffer.data = np.frombuffer(values.tobytes(), np.uint8)
        if bias or tensor.buffer == 0:
            tensor.type = wider[tensor.type]
            tensor.quantization.zeroPoint[:] = 0


# --- Passes


def test_dead_channels_of_int4() -> None:
    """Channels with weights of half a byte go like others, and an odd number of weights is left."""
    b = Model(seed=3)
    x = b.input((1, 5, 5, 3))
    y = b.stuck(b.conv_2d(x, 5), 0, 3)
    y = b.depthwise_conv_2d(y, 2, padding="VALID")
    z = b.deaf(b.conv_2d(y, 3, (1, 1)), 2, 3)
    with_int4(b)
    graph = pruned(b, x, z)
    assert channels(graph) == [2, 4, 3]
    first, _, last = graph.nodes
    for node, shape in ((first, (2, 3, 3, 3)), (last, (3, 1, 1, 4))):
        assert node.inputs[1] is not None
        weights = graph[node.inputs[1]]
        assert (weights.shape, weights.nbytes) == (shape, -(-int(np.prod(shape)) // 2))


def test_equal_channels_of_int4() -> None:
    """Weights of equal inputs are added up where the sum is an int4, and only there."""
    for total, left in ((7, 3), (8, 4)):
        b = Model(seed=3)
        x = b.input((1, 4, 4, 2))
        y = b.copied(b.conv_2d(x, 4), 3, 1)
        z = b.conv_2d(y, 1, (1, 1))
        b.edit(z, lambda w, total=total: put(w, (0, 0, 0), [16, 64, 16, (total - 4) * 16]))
        with_int4(b)
        assert channels(pruned(b, x, z)) == [left, 1]


def test_dead_channels_of_int16() -> None:
    """Nothing is known of the values of an int16 channel: a layer of them stays as it is."""
    b = Model(seed=3)
    x = b.input((1, 5, 5, 3))
    y = b.stuck(b.conv_2d(x, 4), 1)
    z = b.deaf(b.conv_2d(y, 2, (1, 1)), 0)
    with_int16(b)
    graph = load(b.build([x], [z]), "wide")
    assert dead_channels(graph) is graph


def test_lying_images_of_int16_and_int4() -> None:
    """Conv1D is turned upright whatever its types."""
    for change in (with_int4, with_int16):
        b = Model(seed=3)
        x = b.input((1, 1, 12, 3))
        y = b.conv_2d(b.conv_2d(x, 4, (1, 3)), 2, (1, 3))
        change(b)
        program = driver.compile_model(b.build([x], [y]), "m.tflite", driver.Options())
        assert output(program.graph, 0).shape == (1, 12, 1, 4)


# --- Kernels


@pytest.mark.parametrize("core", ["generic", "cortex-m4"])
@pytest.mark.parametrize(
    ("change", "kind"), [(with_int4, "_s4"), (with_int16, "_s16")], ids=["int4", "int16"]
)
def test_kernels_of_every_core(change: Callable[[Model], None], kind: str, core: str) -> None:
    """Kernels for int8 take nothing else, whatever instructions they are for."""
    b = Model(seed=3)
    x = b.input((1, 8, 8, 4))
    y = b.depthwise_conv_2d(b.conv_2d(x, 8), activation="RELU")
    y = b.fully_connected(b.depthwise_conv_2d(y, kernel=(2, 2)), 4)
    change(b)
    graph = load(b.build([x], [y]), "m")
    symbols = [call.kernel.symbol for call in select(graph, target.load(core), {})]
    assert all(symbol.removesuffix("_dsp").endswith(kind) for symbol in symbols), symbols


# --- Checks

Edit = Callable[[ModelBuilder, Any], None]


def dense(types: Types, edit: Edit | None = None, **options: int) -> bytes:
    """A FULLY_CONNECTED of these types."""
    b = ModelBuilder()
    x = b.tensor((1, 2), 0.5, name="x", dtype=types.activations)
    w = b.constant([[1, 2], [3, 4]], 0.5, dtype=types.weights, name="weights")
    bias = b.constant([1, 2], 0.25, dtype=types.bias, name="bias")
    y = b.tensor((1, 2), 0.5, name="y", dtype=types.activations)
    operator = b.operator("FULLY_CONNECTED", [x, w, bias], [y], **options)
    if edit is not None:
        edit(b, operator)
    return b.build([x], [y])


def refused(model: bytes) -> str:
    """Why it is refused."""
    with pytest.raises(CompileError) as caught:
        load(model, "m")
    return str(caught.value)


def test_what_is_taken() -> None:
    """The models of this section are fine before they are edited."""
    for types in (INT4, INT16, INT16_SHORT):
        load(dense(types, **types.options), "m")


def test_sums_as_stated() -> None:
    """The two references go by different things to tell how wide the sums are."""
    says = "quantized_bias_type says int64, but the bias is int32"
    assert says in refused(dense(INT16_SHORT))
    says = "quantized_bias_type says int32, but the bias is int64"
    assert says in refused(dense(INT16, **INT16_SHORT.options))
    bare: Edit = lambda b, o: o.inputs.pop()  # noqa: E731
    says = "quantized_bias_type says int32, but the bias is left out"
    assert says in refused(dense(INT16_SHORT, bare, **INT16_SHORT.options))


def test_types_that_do_not_go_together() -> None:
    """int4 is for int8; a depthwise layer of int16 has an int64 bias."""
    assert '"weights" is int4' in refused(dense(Types("int16", "int4", "int64")))
    assert '"bias" is int64' in refused(dense(Types("int8", bias="int64")))
    b = ModelBuilder()
    x, y = (b.tensor((1, 2, 2, 1), 0.5, dtype="int16") for _ in range(2))
    w = b.constant([[[[1]]]], 0.5)
    bias = b.constant([1], 0.25, dtype="int32", name="bias")
    window = {"padding": "SAME", "stride_h": 1, "stride_w": 1, "depth_multiplier": 1}
    b.operator("DEPTHWISE_CONV_2D", [x, w, bias], [y], **window)
    says = 'the bias of an int16 input is int64, but "bias" is int32'
    assert says in refused(b.build([x], [y]))


def test_zero_point_of_other_weights() -> None:
    """Only int8 weights with int8 inputs may have one."""

    def shift(b: ModelBuilder, _: Any) -> None:
        b.graph.tensors[1].quantization.zeroPoint[:] = 1

    load(dense(Types("int8"), shift), "m")
    assert 'that of "weights" is 1' in refused(dense(INT4, shift))
    assert 'that of "weights" is 1' in refused(dense(INT16, shift))


def test_int16_multiplier_below_128() -> None:
    """A 64-bit sum is shifted right by at least eight bits."""

    def fine(b: ModelBuilder, _: Any) -> None:
        b.graph.tensors[3].quantization.scale[:] = 2.0**-9
        b.graph.tensors[2].quantization.scale[:] = 0.25

    assert "but it is 128" in refused(dense(INT16, fine))
    load(dense(INT16_SHORT, fine, **INT16_SHORT.options), "m")


def transposed(out: tuple[int, ...], stride: int = 2, said: Any = None, **types: str) -> bytes:
    """A TRANSPOSE_CONV of 2 by 2 pixels with filters of 2 by 2."""
    b = ModelBuilder()
    x, y = b.tensor((1, 2, 2, 1), 0.5, name="x"), b.tensor(out, 0.5, name="y")
    shape = b.constant(out if said is None else said, dtype="int32", name="shape")
    w = b.constant(np.ones((1, 2, 2, 1)), 0.5, dtype=types.get("weights", "int8"), name="weights")
    window = {"padding": "VALID", "stride_h": stride, "stride_w": stride}
    b.operator("TRANSPOSE_CONV", [shape, w, x], [y], **window)
    return b.build([x], [y])


def test_transposed_convolutions() -> None:
    """Sizes have to be those of the convolution that it turns around."""
    load(transposed((1, 4, 4, 1)), "m")
    load(transposed((1, 5, 4, 1)), "m")
    assert "it makes 3 by 2" in refused(transposed((1, 6, 4, 1)))
    assert "it makes 0 by 0" in refused(transposed((1, 1, 1, 1)))
    says = 'output_shape is [1, 4, 4, 2], but "y" is [1, 4, 4, 1]'
    assert says in refused(transposed((1, 4, 4, 1), said=(1, 4, 4, 2)))
    says = 'there is a filter for each output channel, as deep as the input, but "weights" is'
    assert says in refused(transposed((1, 4, 4, 2)))
    assert '"weights" is int4' in refused(transposed((1, 4, 4, 1), weights="int4"))
    assert "they are 1089" in refused(transposed((1, 35, 35, 1), stride=33))
    assert "the stride is 0 vertically" in refused(transposed((1, 4, 4, 1), stride=0))


def test_transposed_convolution_streams() -> None:
    """It reads few rows at a time, and lying images are turned upright."""
    b = RandomModel(seed=3)
    x = b.input((1, 1, 32, 2))
    y = b.transpose_conv(b.conv_2d(x, 24, (1, 3)), 12, (1, 4), (1, 2))
    y = b.conv_2d(y, 2, (1, 3))
    program = driver.compile_model(b.build([x], [y]), "m.tflite", driver.Options())
    assert [output(program.graph, i).shape[1] for i in range(3)] == [32, 64, 64]
    rows = {program.graph[t].shape[3]: band.rows for t, band in program.plan.bands.items()}
    assert rows[24] <= 3 and rows[12] <= 4


def test_run_time_weights() -> None:
    """Weights are in flash."""
    b = ModelBuilder()
    x, w, y = b.tensor((1, 2), 0.5), b.tensor((2, 2), 0.5, name="w"), b.tensor((1, 2), 0.5)
    b.operator("FULLY_CONNECTED", [x, w], [y])
    says = 'the weights tensor is constant, but "w" is computed at run time'
    assert says in refused(b.build([x, w], [y]))
