"""Reductions that are refused, and with which words."""

from __future__ import annotations

from typing import Any

import pytest
from model_builder import ModelBuilder

from weft import driver
from weft.errors import CompileError


def reduction(
    builtin: str,
    shape: tuple[int, ...] = (1, 4, 4, 2),
    output: tuple[int, ...] = (1, 1, 1, 2),
    axes: tuple[int, ...] = (1, 2),
    *,
    scales: tuple[float, float] = (0.5, 0.5),
    types: tuple[str, str] = ("int8", "int8"),
    points: tuple[int, int] = (0, 0),
    **options: Any,
) -> bytes:
    """A model of one reduction."""
    b = ModelBuilder()
    x = b.tensor(shape, scales[0], points[0], dtype=types[0])
    y = b.tensor(output, scales[1], points[1], dtype=types[1])
    b.operator(builtin, [x, b.constant(axes, dtype="int32")], [y], **options)
    return b.build([x], [y])


KEEP = {"keep_dims": True}
REFUSED = {
    "axis out of range": (reduction("SUM", axes=(1, 4), **KEEP), "axis 4 is not one of the 4"),
    "shape of the output": (
        reduction("REDUCE_MAX", keep_dims=False),
        r"\[1, 1, 1, 2\] instead of \[1, 2\]",
    ),
    "sum beyond 32 bits": (
        reduction("SUM", (1, 256, 128, 2), types=("int16", "int16"), **KEEP),
        "fits 32 bits for all inputs, but it can reach 2147483648",
    ),
    "output too fine": (
        reduction("SUM", scales=(2.0**20, 2.0**-10), **KEEP),
        r"below 2\*\*30, but it is 1.07374e\+09",
    ),
    "factors too large": (
        reduction("REDUCE_PROD", scales=(2.0**8, 1.0), **KEEP),
        r"below 2\*\*7, for n elements, but it is 256",
    ),
    "types that differ": (
        reduction("SUM", types=("int8", "int16"), **KEEP),
        "the same element type, but they are int8 and int16",
    ),
    "int16 off center": (
        reduction("SUM", types=("int16", "int16"), points=(1, 1), **KEEP),
        "which is 0 for int16, but the zero point",
    ),
    "maximum that changes scale": (
        reduction("REDUCE_MIN", scales=(0.5, 0.25), **KEEP),
        "the same scale and zero point, or none, but the scales are",
    ),
    "any of numbers": (reduction("REDUCE_ANY", **KEEP), "the input is bool, but"),
    "two axes": (reduction("ARG_MAX", types=("int8", "int32")), "2 axes instead of one"),
    "index of another type": (
        reduction("ARG_MIN", output=(1, 4, 2), axes=(1,)),
        'the output is int32 or int64, but "t1" is int8',
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """Each in one line that names operator, tensor and reason."""
    model, words = REFUSED[name]
    with pytest.raises(CompileError, match=words):
        driver.compile_model(model, "m.tflite", driver.Options())
