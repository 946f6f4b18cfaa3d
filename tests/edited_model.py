"""A small valid model, and edits that break it, for tests of what is refused.

data = built(tensor(X, shape=[1, -4]), operator(outputs=[X]))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from model_builder import ModelBuilder

Edit = Callable[[ModelBuilder], None]
X, WEIGHTS, BIAS, Y = range(4)


def dense() -> ModelBuilder:
    """Four inputs, three outputs, one FULLY_CONNECTED; tensors X, WEIGHTS, BIAS, Y."""
    b = ModelBuilder()
    b.tensor((1, 4), 0.1, 5, name="x")
    b.constant(np.arange(12).reshape(3, 4), 0.01, name="weights")
    b.constant([1, 2, 3], 0.1 * 0.01, dtype="int32", name="bias")
    b.tensor((1, 3), 0.2, -3, name="y")
    b.operator("FULLY_CONNECTED", [X, WEIGHTS, BIAS], [Y])
    return b


def built(*edits: Edit) -> bytes:
    """The model of `dense` after some edits."""
    b = dense()
    b.graph.inputs, b.graph.outputs = [X], [Y]
    for edit in edits:
        edit(b)
    return b.build(b.graph.inputs, b.graph.outputs)


def set_on(find: Callable[[ModelBuilder], Any], values: dict[str, Any]) -> Edit:
    """An edit that sets attributes of a part of the model."""

    def edit(b: ModelBuilder) -> None:
        part = find(b)
        for name, value in values.items():
            assert hasattr(part, name), name
            setattr(part, name, value)

    return edit


def model(**values: Any) -> Edit:
    """Set attributes of the model."""
    return set_on(lambda b: b.model, values)


def graph(**values: Any) -> Edit:
    """Set attributes of the main subgraph."""
    return set_on(lambda b: b.graph, values)


def tensor(index: int, **values: Any) -> Edit:
    """Set attributes of a tensor."""
    return set_on(lambda b: b.graph.tensors[index], values)


def quant(index: int, **values: Any) -> Edit:
    """Set attributes of a tensor's quantization."""
    return set_on(lambda b: b.graph.tensors[index].quantization, values)


def data(index: int, **values: Any) -> Edit:
    """Set attributes of a tensor's buffer."""
    return set_on(lambda b: b.model.buffers[b.graph.tensors[index].buffer], values)


def operator(**values: Any) -> Edit:
    """Set attributes of the operator."""
    return set_on(lambda b: b.graph.operators[0], values)


def code(builtin: int, deprecated: int = 0, custom: str | None = None) -> Edit:
    """Set the operator's code."""
    values = {"builtinCode": builtin, "deprecatedBuiltinCode": deprecated, "customCode": custom}
    return set_on(lambda b: b.model.operatorCodes[0], values)


def add_operator(inputs: list[int], outputs: list[int], at: int = 1) -> Edit:
    """Insert another FULLY_CONNECTED."""

    def edit(b: ModelBuilder) -> None:
        b.operator("FULLY_CONNECTED", inputs, outputs)
        b.graph.operators.insert(at, b.graph.operators.pop())

    return edit


def add_tensor(*shape: int, **values: Any) -> Edit:
    """Add an int8 tensor, which is number 4."""

    def edit(b: ModelBuilder) -> None:
        b.tensor(shape, 0.1, **values)

    return edit


def sparse(b: ModelBuilder) -> None:
    """Make the weights sparse."""
    b.graph.tensors[WEIGHTS].sparsity = schema.SparsityParametersT()


def zeros(count: int) -> Any:
    """A buffer's data."""
    return np.zeros(count, np.uint8)
