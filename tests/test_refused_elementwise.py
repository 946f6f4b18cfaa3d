"""Elementwise operators that are refused, and with which words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from model_builder import ModelBuilder

from weft import driver
from weft.errors import CompileError

Typed = tuple[Any, ...]
"""Type, and scale and zero point of a tensor that is quantized."""


def model(
    builtin: str,
    inputs: Sequence[Typed],
    output: Typed,
    shapes: Sequence[Sequence[int]] = ((2, 3), (2, 3), (2, 3)),
    **options: Any,
) -> bytes:
    """A model of one operator; the output has the first input's shape."""
    b = ModelBuilder()
    operands = [
        b.tensor(shape, *quantization, dtype=dtype)
        for (dtype, *quantization), shape in zip(inputs, shapes, strict=False)
    ]
    dtype, *quantization = output
    y = b.tensor(shapes[0], *quantization, dtype=dtype)
    b.operator(builtin, operands, [y], **options)
    return b.build(operands, [y])


Q8, Q16 = ("int8", 0.5, 3), ("int16", 0.5, 0)
I32, BOOL, FLOAT = ("int32",), ("bool",), ("float32",)

REFUSED = {
    "float": (model("ABS", [FLOAT], FLOAT), "are int8 or int16 .*but .* is float32"),
    "int16 off center": (
        model("RELU", [("int16", 0.5, 1)], Q16),
        'which is 0 for int16, but the zero point of "t0" is 1',
    ),
    "table of int16": (model("GELU", [Q16], Q16), 'are int8 .*but "t0" is int16'),
    "root of int16": (model("RSQRT", [Q16], Q16), 'are int8 .*but "t0" is int16'),
    "exponentials of int16 beyond float32": (
        model("EXP", [Q16], Q16),
        "finite in float32, but the scales are 0.5 and 0.5",
    ),
    "logarithms in steps that are too fine": (
        model("LOG", [Q16], ("int16", 2.0**-126, 0)),
        "finite in float32, but the scales are 0.5 and 1.17549435e-38",
    ),
    "unlike types": (
        model("ADD", [Q8, Q16], Q8),
        "the same element type, but they are int8 and int16",
    ),
    "quantized int32": (
        model("MUL", [("int32", 0.5, 0), I32], I32),
        "or plain int32, but .* is int32 and quantized",
    ),
    "sum too fine": (
        model("SUB", [Q8, Q8], ("int8", 2.0**-21, 0)),
        r"below 2\^20 output scales, or 2\^15 for int16, but it is 1 ",
    ),
    "int16 sum too fine": (
        model("ADD", [Q16, Q16], ("int16", 2.0**-16, 0)),
        r"below 2\^20 output scales, or 2\^15 for int16, but it is 1 ",
    ),
    "square too fine": (
        model("SQUARED_DIFFERENCE", [Q8, Q8], ("int8", 2.0**-15, 0)),
        r"below 2\^14 output scales, but",
    ),
    "shapes": (
        model("MAXIMUM", [Q8, Q8], Q8, ((2, 3), (3, 2))),
        r"broadcast to the output's shape, but they are \[2, 3\], \[3, 2\] and \[2, 3\]",
    ),
    "unlike scales": (
        model("MINIMUM", [Q8, ("int8", 0.25, 3)], Q8),
        "the same scale and zero point, or none, but the scales are 0.5 and 0.25",
    ),
    "select of unlike scales": (
        model("SELECT_V2", [BOOL, Q8, ("int8", 0.5, 4)], Q8),
        "the same scale and zero point, or none, but the zero points are 4 and 3",
    ),
    "condition that is a number": (
        model("SELECT_V2", [Q8, Q8, Q8], Q8),
        'the condition is bool, .*but "t0" is int8',
    ),
    "select that broadcasts": (
        model("SELECT", [BOOL, Q8, Q8], Q8, ((2, 3), (1, 3), (2, 3))),
        "the condition has one element, or the shape of both operands, but",
    ),
    "comparison of unlike types": (
        model("LESS", [I32, BOOL], BOOL),
        'or two int32, but "t1" is bool',
    ),
    "comparison that is not bool": (model("EQUAL", [I32, I32], I32), "the output is bool, but"),
    "comparison of great scales": (
        model("LESS", [("int8", 2.0**15, 0), Q8], BOOL),
        r"at most 2\^14, but one is 32768",
    ),
    "logic of numbers": (model("LOGICAL_AND", [Q8, Q8], Q8), 'outputs are bool, but "t0" is int8'),
    "quantized negation": (model("NEG", [Q8], Q8), r"write a quantized one as 0 - x\), but"),
    "slopes of int16": (
        model("PRELU", [Q16, Q16], Q16),
        'slopes are int8, with one scale each, but "t1" is int16',
    ),
    "steep slope": (
        model("LEAKY_RELU", [Q8], ("int8", 0.5, 0), alpha=1e6),
        r"below 2\^15 output scales, but alpha is 1000000",
    ),
    "sigmoid of another range": (
        model("LOGISTIC", [Q8], ("int8", 1 / 128, 0)),
        "scale 1/256 and zero point -128, or scale 1/32768 for int16, but it has scale 0.0078125",
    ),
    "tanh beyond its fixed point": (
        model("TANH", [("int8", 8.0, 0)], ("int8", 1 / 128, 0)),
        r"below 8, or for int16 from 2\^-44 to 4, but it is 8",
    ),
    "root of negative values": (model("RSQRT", [Q8], Q8), "zero point is -128, .* but it is 3"),
    "hard swish out of reach": (
        model("HARD_SWISH", [Q8], ("int8", 2.0**-9, 0)),
        "below 128 output scales, and a 512th of one or more, but",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """Each in one line that names operator, tensor and reason."""
    data, words = REFUSED[name]
    with pytest.raises(CompileError, match=words):
        driver.compile_model(data, "m.tflite", driver.Options())
