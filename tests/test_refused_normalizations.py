"""SOFTMAX and its like, ADD_N and CUMSUM that are refused, and with which words."""

from __future__ import annotations

from typing import Any

import pytest
from model_builder import ModelBuilder

from weft import driver
from weft.errors import CompileError

SHAPE = (1, 4)


def model(
    builtin: str,
    target: tuple[float, int],
    *,
    source: tuple[float, int] = (0.1, 3),
    types: tuple[str, str] = ("int8", "int8"),
    shape: tuple[int, ...] = SHAPE,
    axes: list[int] | None = None,
    **options: Any,
) -> bytes:
    """A model of one operator on one tensor."""
    b = ModelBuilder()
    x = b.tensor(shape, *source, dtype=types[0])
    y = b.tensor(shape, *target, dtype=types[1])
    listed = [] if axes is None else [b.constant(axes, dtype="int32")]
    b.operator(builtin, [x, *listed], [y], **options)
    return b.build([x], [y])


def sum_of(*scales: float, output: float = 0.1) -> bytes:
    """An ADD_N of tensors with these scales."""
    b = ModelBuilder()
    inputs, y = [b.tensor(SHAPE, s) for s in scales], b.tensor(SHAPE, output)
    b.operator("ADD_N", inputs, [y])
    return b.build(inputs, [y])


WIDE = ("int16", "int16")
REFUSED = {
    "softmax to uint8": (
        model("SOFTMAX", (1 / 256, 0), types=("int8", "uint8"), beta=1.0),
        "int16 to int16, but it is int8 to uint8",
    ),
    "softmax to another scale": (
        model("SOFTMAX", (1 / 256, 0), beta=1.0),
        "but .* has 0.00390625 and 0",
    ),
    "softmax to another scale of int16": (
        model("SOFTMAX", (1 / 65536, -32768), source=(0.1, 0), types=WIDE, beta=1.0),
        "but .* has 1.52587891e-05 and -32768",
    ),
    "steep softmax of int16": (
        model("SOFTMAX", (1 / 32768, 0), source=(2.0, 0), types=WIDE, beta=1.0),
        "positive and below 2, but it is 2",
    ),
    "many classes": (
        model("LOG_SOFTMAX", (1 / 16, 127), shape=(1, 4096)),
        "at most 4095 classes, .* but there are 4096",
    ),
    "log softmax to another scale": (model("LOG_SOFTMAX", (1 / 16, 0)), "has 0.0625 and 0"),
    "flat log softmax": (
        model("LOG_SOFTMAX", (1 / 16, 127), source=(2.0**-27, 0)),
        r"above 2\^-26",
    ),
    "normalized to another scale": (model("L2_NORMALIZATION", (1 / 64, 0)), "has 0.015625 and 0"),
    "normalized and clamped": (
        model("L2_NORMALIZATION", (1 / 128, 0), fused_activation_function="RELU"),
        "a fused activation",
    ),
    "long vectors": (
        model("L2_NORMALIZATION", (1 / 128, 0), shape=(1, 33026)),
        "can reach 2147515650",
    ),
    "sums along two axes": (model("CUMSUM", (0.1, 3), axes=[0, 1]), "2 axes instead of one"),
    "sums of a fine scale": (
        model("CUMSUM", (2.0**-24, 3), axes=[1]),
        r"twice the input's scale is below 2\^20 output scales",
    ),
    "sums of int16": (
        model("CUMSUM", (0.1, 0), source=(0.1, 0), types=WIDE, axes=[1]),
        "is int16",
    ),
    "one summand": (sum_of(0.1), "it takes 2 to 255 inputs .* but there are 1 inputs"),
    "summands of two scales": (sum_of(0.1, 0.2), "one scale and zero point, but .* differs"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """Each in one line that names operator, tensor and reason."""
    broken, words = REFUSED[name]
    with pytest.raises(CompileError, match=words):
        driver.compile_model(broken, "m.tflite", driver.Options())
