"""Conversions between types and scales that are refused, and with which words."""

from __future__ import annotations

from typing import Any

import pytest
from model_builder import ModelBuilder

from weft import driver
from weft.errors import CompileError


def model(builtin: str, source: dict[str, Any], target: dict[str, Any]) -> bytes:
    """A model of one conversion."""
    b = ModelBuilder()
    x, y = b.tensor((1, 4), **source), b.tensor((1, 4), **target)
    b.operator(builtin, [x], [y])
    return b.build([x], [y])


def tensor(dtype: str, scale: float | None = None, zero_point: int = 0) -> dict[str, Any]:
    """A type and quantization."""
    return {"dtype": dtype, "scale": scale, "zero_point": zero_point}


REFUSED = {
    "uint8 to int16": (
        model("QUANTIZE", tensor("uint8", 0.5), tensor("int16", 0.5)),
        "it is uint8 to int16",
    ),
    "int16 off center": (
        model("QUANTIZE", tensor("int16", 0.5, 3), tensor("int8", 0.5)),
        "0 for int16 and int32, but the zero point of .* is 3",
    ),
    "int32 to as fine a scale": (
        model("QUANTIZE", tensor("int32", 0.5), tensor("int8", 0.5)),
        r"below 2\^30, but .* has scale 0.5 and .* has 0.5",
    ),
    "int8 to a scale too fine": (
        model("QUANTIZE", tensor("int8", 1.0), tensor("int32", 2.0**-23)),
        r"below 2\^30",
    ),
    "no scale": (model("QUANTIZE", tensor("int32"), tensor("int8", 0.5)), "is not quantized"),
    "dequantize int32": (
        model("DEQUANTIZE", tensor("int32", 0.5), tensor("float32")),
        "the input is int8, uint8 or int16 .* but .* is int32",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """Each in one line that names operator, tensor and reason."""
    broken, words = REFUSED[name]
    with pytest.raises(CompileError, match=words):
        driver.compile_model(broken, "m.tflite", driver.Options())
