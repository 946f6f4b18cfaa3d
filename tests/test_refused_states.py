"""SVDF and LSTM: what weft refuses of them, each in one sentence that says why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from state_models import StateBuilder

from weft.errors import CompileError
from weft.frontend import load

Edit = Callable[[StateBuilder, Any], object]


def lstm(edit: Edit) -> bytes:
    """A recurrent layer after an edit of its operator."""
    b = StateBuilder()
    x = b.image((1, 5, 3))
    y = b.lstm(x, 4, seed=1)
    edit(b, b.graph.operators[-1])
    return b.build([x], [y])


def svdf(edit: Edit) -> bytes:
    """A filter over time after an edit of its operator."""
    b = StateBuilder()
    x = b.image((1, 6))
    y = b.svdf(x, 4, 3, seed=1)
    edit(b, b.graph.operators[-1])
    return b.build([x], [y])


def give(position: int, shape: tuple[int, ...], dtype: str = "int8", scale: float = 0.1) -> Edit:
    """Another constant as an input."""

    def edit(b: StateBuilder, op: Any) -> None:
        op.inputs[position] = b.constant(np.ones(shape), scale, dtype=dtype)

    return edit


def leave_out(*positions: int) -> Edit:
    """Without some inputs."""

    def edit(_: StateBuilder, op: Any) -> None:
        for position in positions:
            op.inputs[position] = -1

    return edit


def option(name: str, value: object) -> Edit:
    """Another option."""
    return lambda _, op: setattr(op.builtinOptions, name, value)


def form(position: int, **fields: Any) -> Edit:
    """Other fields of an input tensor; position -1 is the output."""

    def edit(b: StateBuilder, op: Any) -> None:
        tensor = b.graph.tensors[op.outputs[0] if position < 0 else op.inputs[position]]
        for name, value in fields.items():
            setattr(tensor if hasattr(tensor, name) else tensor.quantization, name, value)

    return edit


LSTM: dict[str, tuple[Edit, str]] = {
    "CIFG": (leave_out(1, 5, 12), "couples input and forget gate (CIFG)"),
    "peephole": (give(10, (4,), "int16"), "has peephole weights"),
    "projection": (give(16, (4, 4)), "projects its output"),
    "layer normalization": (give(21, (4,), "int16"), "normalizes layers"),
    "no forget gate": (leave_out(2), "input 2 is left out"),
    "no bias": (leave_out(13), "input 13 is left out"),
    "19 inputs": (lambda _, op: op.inputs.__delitem__(slice(19, None)), "input 19, its state"),
    "22 inputs": (lambda _, op: op.inputs.__delitem__(slice(22, None)), "it has 22 inputs"),
    "sequences": (form(0, shape=[5, 1, 3]), "the input is one sequence"),
    "rank": (form(0, shape=[1, 5, 1, 3]), "the input is one sequence"),
    "time first": (option("timeMajor", True), "(time, 1, inputs) if time comes first"),
    "activation": (option("fusedActivationFunction", 1), "activation 1 is not supported"),
    "computed weights": (lambda _, op: op.inputs.__setitem__(3, op.inputs[0]), "weights have rank"),
    "float bias": (give(12, (4,), "float32"), "the biases int32, but"),
    "int16 input": (form(0, type=7), '"t0" is int16'),
    "int8 cell": (form(19, type=9), "the cell state int16"),
    "weights' zero point": (form(6, zeroPoint=[1]), "weights have zero point 0, but that of"),
    "weights' shape": (give(7, (4, 5)), "not 4 times 4"),
    "bias's shape": (give(14, (5,), "int32"), "not 1 times 4"),
    "output's shape": (form(-1, shape=[1, 4, 4]), "not 5 times 4"),
    "output's scale": (form(-1, scale=[0.5]), "the output has scale and zero point of the hidden"),
    "cell's scale": (form(19, scale=[0.001]), "is a power of two"),
    "fine hidden state": (form(5, scale=[1e12]), "no sum of a gate is scaled by 2^30 or more"),
}

SVDF: dict[str, tuple[Edit, str]] = {
    "activation": (option("fusedActivationFunction", 3), "activation 3 is not supported"),
    "rank": (option("rank", 3), "there are 4 filters of rank 3"),
    "rank 0": (option("rank", 0), "there are 4 filters of rank 0"),
    "computed weights": (lambda _, op: op.inputs.__setitem__(1, op.inputs[0]), "is constant, but"),
    "batch": (form(0, shape=[2, 6]), "not [1, 6]"),
    "state's shape": (form(4, shape=[1, 13]), "not [1, 12]"),
    "state's type": (form(4, type=9), "both int16, or both int8"),
    "state's zero point": (form(4, zeroPoint=[3]), "is 3"),
    "bias's scale": (form(3, scale=[1.0]), "the scale of the sums over time"),
    "bias's type": (give(3, (4,), "int16"), "is int16"),
    "features' zero point": (form(1, zeroPoint=[2]), "the feature weights have zero point 0"),
    "weights' ranks": (give(1, (4, 6, 1)), "the weights are [4, 6, 1] and [4, 3]"),
    "fine state": (form(1, scale=[1e9]), "above 2^-30 of those of the sums"),
}


def check(model: bytes, operator: str, part: str) -> None:
    """The error is one line, names the operator and says this."""
    with pytest.raises(CompileError) as caught:
        load(model, "m")
    text = str(caught.value)
    assert "\n" not in text
    assert f"operator 0 ({operator})" in text, text
    assert part in text, text


@pytest.mark.parametrize("name", LSTM)
def test_lstm(name: str) -> None:
    """Only plain LSTMs over one sequence, of these types."""
    edit, part = LSTM[name]
    check(lstm(edit), "UNIDIRECTIONAL_SEQUENCE_LSTM", part)


@pytest.mark.parametrize("name", SVDF)
def test_svdf(name: str) -> None:
    """Only what the formula means."""
    edit, part = SVDF[name]
    check(svdf(edit), "SVDF", part)


def test_plain_ones_are_taken() -> None:
    """The models before their edits are right."""
    assert load(lstm(lambda _b, _op: None), "m").states
    assert load(svdf(lambda _b, _op: None), "m").states
