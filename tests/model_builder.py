"""Writes .tflite models for tests, tensor by tensor, without TensorFlow.

Checks nothing, so that tests can write broken models, too. `random_model` adds whole layers.

    b = ModelBuilder()
    x, y = b.tensor((1, 4), 0.5), b.tensor((1, 4), 0.5)
    b.operator("ADD", [x, x], [y], fused_activation_function="RELU")
    data = b.build([x], [y])
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import flatbuffers
import numpy as np
import numpy.typing as npt
from ai_edge_litert import schema_py_generated as schema

_SHARED_OPTIONS = {
    "AVERAGE_POOL_2D": "Pool2DOptions",
    "BATCH_MATMUL": "BatchMatMulOptions",
    "MAX_POOL_2D": "Pool2DOptions",
    "L2_NORMALIZATION": "L2NormOptions",
    "MEAN": "ReducerOptions",
    "REDUCE_ALL": "ReducerOptions",
    "REDUCE_ANY": "ReducerOptions",
    "REDUCE_MAX": "ReducerOptions",
    "REDUCE_MIN": "ReducerOptions",
    "REDUCE_PROD": "ReducerOptions",
    "SUM": "ReducerOptions",
    "SVDF": "SVDFOptions",
    "UNIDIRECTIONAL_SEQUENCE_LSTM": "UnidirectionalSequenceLSTMOptions",
}
_OPTION_ENUMS = {
    "mode": schema.MirrorPadMode,
    "output_type": schema.TensorType,
    "padding": schema.Padding,
    "fused_activation_function": schema.ActivationFunctionType,
}


def camel_case(name: str) -> str:
    """CONV_2D -> Conv2D, stride_w -> StrideW."""
    return "".join(
        re.sub(r"\d[a-z]", lambda m: m[0].upper(), word.capitalize()) for word in name.split("_")
    )


def int4_bytes(values: npt.NDArray[np.int8]) -> bytes:
    """int4 values two in a byte, the first in its low half, over the flat order."""
    flat = [int(v) & 15 for v in values.ravel()]
    return bytes(low | high << 4 for low, high in zip(flat[::2], [*flat[1::2], 0], strict=False))


class ModelBuilder:
    """One model with one subgraph. `model` and `graph` may be edited before `build`."""

    def __init__(self) -> None:
        self.model = schema.ModelT()
        self.model.version = 3
        self.model.operatorCodes = []
        self.model.buffers = [schema.BufferT()]  # number 0 is the empty one, by convention
        self.graph = schema.SubGraphT()
        self.graph.tensors = []
        self.graph.operators = []
        self.model.subgraphs = [self.graph]

    def tensor(
        self,
        shape: Sequence[int],
        scale: float | Sequence[float] | None = None,
        zero_point: int | Sequence[int] = 0,
        *,
        dtype: str = "int8",
        data: bytes | None = None,
        axis: int = 0,
        name: str | bytes | None = None,
    ) -> int:
        """Add a tensor and return its number.

        `dtype` is a name of the schema's TensorType, in any case. A sequence of scales makes it
        quantized along `axis`; a single zero point is repeated for each scale.
        """
        tensor = schema.TensorT()
        tensor.type = getattr(schema.TensorType, dtype.upper())
        tensor.shape = [int(n) for n in shape]
        tensor.name = f"t{len(self.graph.tensors)}" if name is None else name
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(data, np.uint8)
            self.model.buffers.append(buffer)
            tensor.buffer = len(self.model.buffers) - 1
        if scale is not None:
            quantization = schema.QuantizationParametersT()
            scales = np.atleast_1d(np.asarray(scale, np.float32))
            zero_points = np.atleast_1d(np.asarray(zero_point, np.int64))
            quantization.scale = scales
            quantization.zeroPoint = np.resize(zero_points, max(len(scales), len(zero_points)))
            quantization.quantizedDimension = axis
            tensor.quantization = quantization
        self.graph.tensors.append(tensor)
        return len(self.graph.tensors) - 1

    def constant(
        self,
        values: npt.ArrayLike,
        scale: float | Sequence[float] | None = None,
        zero_point: int | Sequence[int] = 0,
        *,
        dtype: str = "int8",
        axis: int = 0,
        name: str | bytes | None = None,
    ) -> int:
        """Add a constant tensor with these values and return its number."""
        stored = np.dtype("int8" if dtype == "int4" else dtype)
        array = np.asarray(values, stored.newbyteorder("<"))
        return self.tensor(
            array.shape,
            scale,
            zero_point,
            dtype=dtype,
            data=int4_bytes(array) if dtype == "int4" else array.tobytes(),
            axis=axis,
            name=name,
        )

    def variable(
        self, shape: Sequence[int], scale: float, zero_point: int = 0, *, dtype: str = "int8"
    ) -> int:
        """Add a tensor that keeps its value between inferences and return its number."""
        number = self.tensor(shape, scale, zero_point, dtype=dtype)
        self.graph.tensors[number].isVariable = True
        return number

    def operator(
        self, builtin: str, inputs: Sequence[int], outputs: Sequence[int], **options: Any
    ) -> schema.OperatorT:
        """Add an operator; options as the schema spells them (`stride_w=2, padding="SAME"`)."""
        operator = schema.OperatorT()
        operator.opcodeIndex = self._code(getattr(schema.BuiltinOperator, builtin), None)
        operator.inputs, operator.outputs = list(inputs), list(outputs)
        table = _SHARED_OPTIONS.get(builtin, f"{camel_case(builtin)}Options")
        if hasattr(schema, f"{table}T"):
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, table)
            operator.builtinOptions = getattr(schema, f"{table}T")()
        for name, value in options.items():
            attribute = camel_case(name)
            attribute = attribute[0].lower() + attribute[1:]
            assert hasattr(operator.builtinOptions, attribute), f"{table} has no {name}"
            enum = _OPTION_ENUMS.get(name) if isinstance(value, str) else None
            number = getattr(enum, value) if enum is not None else value
            setattr(operator.builtinOptions, attribute, number)
        self.graph.operators.append(operator)
        return operator

    @contextmanager
    def subgraph(self, name: str) -> Iterator[None]:
        """Add tensors and operators to another, new subgraph for a while."""
        main, self.graph = self.graph, schema.SubGraphT()
        self.graph.name = name
        self.graph.tensors, self.graph.operators = [], []
        self.graph.inputs, self.graph.outputs = [], []
        self.model.subgraphs.append(self.graph)
        yield
        self.graph = main

    def signature(
        self, key: str, subgraph: int, inputs: dict[str, int], outputs: dict[str, int]
    ) -> None:
        """Name a subgraph and its ports."""
        signature = schema.SignatureDefT()
        signature.signatureKey, signature.subgraphIndex = key, subgraph
        signature.inputs, signature.outputs = _tensor_maps(inputs), _tensor_maps(outputs)
        self.model.signatureDefs = [*(self.model.signatureDefs or ()), signature]

    def custom(
        self, code: str | bytes, inputs: Sequence[int], outputs: Sequence[int]
    ) -> schema.OperatorT:
        """Add a custom operator."""
        operator = schema.OperatorT()
        operator.opcodeIndex = self._code(schema.BuiltinOperator.CUSTOM, code)
        operator.inputs, operator.outputs = list(inputs), list(outputs)
        self.graph.operators.append(operator)
        return operator

    def _code(self, builtin: int, custom: str | bytes | None) -> int:
        for i, code in enumerate(self.model.operatorCodes):
            if (code.builtinCode, code.customCode) == (builtin, custom):
                return i
        code = schema.OperatorCodeT()
        code.builtinCode = builtin
        code.deprecatedBuiltinCode = min(builtin, 127)
        code.customCode = custom
        code.version = 1  # interpreters look kernels up by it, and know the first of each
        self.model.operatorCodes.append(code)
        return len(self.model.operatorCodes) - 1

    def build(self, inputs: Sequence[int], outputs: Sequence[int]) -> bytes:
        """The file's bytes, with these tensors as the model's inputs and outputs."""
        self.graph.inputs, self.graph.outputs = list(inputs), list(outputs)
        builder = flatbuffers.Builder(1024)
        builder.Finish(self.model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def _tensor_maps(names: dict[str, int]) -> list[schema.TensorMapT]:
    found = []
    for name, tensor in names.items():
        found.append(schema.TensorMapT())
        found[-1].name, found[-1].tensorIndex = name, tensor
    return found
