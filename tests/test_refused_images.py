"""Borders, resizes and blocks that are refused, and with which words."""

from __future__ import annotations

from typing import Any

import pytest
from model_builder import ModelBuilder

from weft import driver
from weft.errors import CompileError

Shape = tuple[int, ...]


def model(
    builtin: str,
    shape: Shape,
    output: Shape,
    *constants: Any,
    value: Any = None,
    quant: dict[str, Any] | None = None,
    value_quant: dict[str, Any] | None = None,
    **options: Any,
) -> bytes:
    """A model of one operator with integer parameters, and perhaps a value of a border."""
    b = ModelBuilder()
    quant = {"scale": 0.5, "zero_point": 3} if quant is None else quant
    x, y = b.tensor(shape, **quant), b.tensor(output, **quant)
    inputs = [x, *(b.constant(values, dtype="int32") for values in constants)]
    if value is not None:
        inputs.append(b.constant(value, **(value_quant or quant)))
    b.operator(builtin, inputs, [y], **options)
    return b.build([x], [y])


IMAGE, LARGE = (1, 4, 4, 2), (1, 8, 8, 2)
ROWS = [[0, 0], [2, 2], [0, 0], [0, 0]]
REFUSED = {
    "size of another output": (
        model("RESIZE_BILINEAR", IMAGE, LARGE, [8, 7]),
        r"is \[1, 8, 8, 2\] instead of \[1, 8, 7, 2\]",
    ),
    "size of three": (
        model("RESIZE_NEAREST_NEIGHBOR", IMAGE, LARGE, [1, 8, 8]),
        "3 numbers instead of height and width",
    ),
    "both alignments": (
        model("RESIZE_BILINEAR", IMAGE, LARGE, [8, 8], align_corners=True, half_pixel_centers=True),
        "but the model asks for both",
    ),
    "batch of two": (
        model("RESIZE_NEAREST_NEIGHBOR", (2, 4, 4, 2), (2, 8, 8, 2), [8, 8]),
        "the batch size is 1, but it is 2",
    ),
    "positions that leave the image": (
        model("RESIZE_BILINEAR", (1, 1, 1, 1), (1, 1, 1500, 1), [1, 1500]),
        "1500 pixels are made of 1",
    ),
    "mirror of more than there is": (
        model("MIRROR_PAD", (1, 2, 4, 2), (1, 6, 4, 2), ROWS, mode="REFLECT"),
        "an axis of 2 is padded by 2",
    ),
    "mirror of a batch": (
        model("MIRROR_PAD", (2, 4, 4, 2), (2, 8, 4, 2), ROWS, mode="REFLECT"),
        r"one image, .* but the output is \[2, 8, 4, 2\]",
    ),
    "border of two values": (
        model("PADV2", IMAGE, (1, 8, 4, 2), ROWS, value=[1, 2]),
        "has 2 values",
    ),
    "border of another scale": (
        model("PADV2", IMAGE, (1, 8, 4, 2), ROWS, value=[1], value_quant={"scale": 0.25}),
        "those of .* are others",
    ),
    "border of another type": (
        model("PADV2", IMAGE, (1, 8, 4, 2), ROWS, value=[1], value_quant={"dtype": "int32"}),
        "is int32 and .* is int8",
    ),
    "zero that is nowhere": (
        model("PAD", IMAGE, (1, 8, 4, 2), ROWS, quant={"dtype": "int8"}),
        "stands for zero, but .* has none",
    ),
    "image that is no blocks": (
        model("SPACE_TO_DEPTH", (1, 4, 5, 2), (1, 2, 2, 8), block_size=2),
        r"is \[1, 2, 2, 8\] for \[1, 4, 5, 2\] and 2",
    ),
    "channels that are no blocks": (
        model("DEPTH_TO_SPACE", (1, 2, 2, 6), (1, 4, 4, 1), block_size=2),
        r"is \[1, 4, 4, 1\] for \[1, 2, 2, 6\] and 2",
    ),
    "blocks of nothing": (
        model("SPACE_TO_DEPTH", IMAGE, IMAGE, block_size=0),
        "the block size is positive, but it is 0",
    ),
    "batch of another size": (
        model("SPACE_TO_BATCH_ND", IMAGE, (4, 2, 3, 2), [2, 2], [[0, 0], [0, 0]]),
        r"is \[4, 2, 3, 2\]",
    ),
    "blocks of one axis of two": (
        model("BATCH_TO_SPACE_ND", (2, 2, 4, 2), IMAGE, [2], [[0, 0]]),
        r"shapes \[1\] and \[1, 2\] for rank 4",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """Each in one line that names operator, tensor and reason."""
    broken, words = REFUSED[name]
    with pytest.raises(CompileError, match=words):
        driver.compile_model(broken, "m.tflite", driver.Options())
