"""Operators that move elements and are refused, and with which words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from model_builder import ModelBuilder

from weft import driver
from weft.errors import CompileError


def model_of(
    builtin: str, shapes: Sequence[Sequence[int]], out: Sequence[Sequence[int]], *more: Any,
    scale: float = 0.5, front: bool = False, **options: Any,
) -> bytes:  # fmt: skip
    """An operator whose outputs have some scale, and whose parameters follow or precede."""
    b = ModelBuilder()
    inputs = [b.tensor(shape, 0.5) for shape in shapes]
    parameters = [b.constant(values, dtype="int32") for values in more]
    outputs = [b.tensor(shape, scale) for shape in out]
    given = [*parameters, *inputs] if front else [*inputs, *parameters]
    b.operator(builtin, given, outputs, **options)
    return b.build(inputs, outputs)


ROWS = [(1, 4, 3, 2)]
REFUSED = {
    "join with another scale": (
        model_of("CONCATENATION", ROWS * 2, [(1, 8, 3, 2)], axis=1, scale=0.25),
        "the same scale and zero point, or none, but the scales are",
    ),
    "join with activation": (
        model_of("CONCATENATION", ROWS * 2, [(1, 8, 3, 2)], axis=1,
                 fused_activation_function="RELU"),
        "there is no fused activation, but it is relu",
    ),
    "join of other shapes": (
        model_of("CONCATENATION", [*ROWS, (1, 4, 2, 2)], [(1, 8, 3, 2)], axis=1),
        r'"t1" is \[1, 4, 2, 2\] and the output \[1, 8, 3, 2\]',
    ),
    "join that is too long": (
        model_of("CONCATENATION", ROWS * 2, [(1, 9, 3, 2)], axis=1),
        "they are 8 together and the output 9",
    ),
    "join along no axis": (
        model_of("CONCATENATION", ROWS * 2, [(1, 8, 3, 2)], axis=4),
        'axis 4 is not one of the 4 of "t2"',
    ),
    "join of very many": (
        model_of("CONCATENATION", [(1,)] * 1025, [(1025,)], axis=0),
        "at most 1024 inputs, but there are 1025",
    ),
    "pack along the wrong axis": (
        model_of("PACK", [(4, 3)] * 2, [(2, 4, 3)], axis=1, values_count=2),
        r'"t0" is \[4, 3\] and the output \[2, 4, 3\]',
    ),
    "split into other lengths": (
        model_of("SPLIT", ROWS, [(1, 2, 3, 2)] * 3, 1, front=True, num_splits=3),
        "they are 6 together and the input 4",
    ),
    "split along several axes": (
        model_of("SPLIT_V", ROWS, [(1, 2, 3, 2)] * 2, [2, 2], [1, 2], num_splits=2),
        "it has 2 axes, not one",
    ),
    "slice past the end": (
        model_of("SLICE", ROWS, [(1, 3, 3, 2)], (0, 2, 0, 0), (1, 3, 3, 2)),
        "it takes 3 of 4 from 2 on along axis 1",
    ),
    "slice of nothing": (
        model_of("SLICE", ROWS, [(1, 4, 3, 2)], (0, 0, 0, 0), (1, 0, 3, 2)),
        "it takes 0 of 4",
    ),
    "slice of another shape": (
        model_of("SLICE", ROWS, [(1, 3, 3, 2)], (0, 0, 0, 0), (1, 4, 3, 2)),
        r"they are \[1, 4, 3, 2\] and \[1, 3, 3, 2\]",
    ),
    "slice of too few axes": (
        model_of("SLICE", ROWS, ROWS, (0, 0), (1, 4)),
        "it names 2 and 2 axes of 4",
    ),
    "step of nothing": (
        model_of("STRIDED_SLICE", [(4,)], [(4,)], (0,), (4,), (0,)),
        "a step is 0",
    ),
    "index outside": (
        model_of("STRIDED_SLICE", [(4,)], [(1,)], (4,), (5,), (1,), shrink_axis_mask=1),
        "index 4 with step 1 is not in an axis of 4",
    ),
    "two ellipses": (
        model_of("STRIDED_SLICE", [(4,)], [(4,)], (0, 0), (4, 4), (1, 1), ellipsis_mask=3),
        "it has 2 ellipses",
    ),
    "ellipsis of nothing": (
        model_of("STRIDED_SLICE", [(4,)], [(4,)], (0, 0), (4, 4), (1, 1), ellipsis_mask=2),
        "it names 1 axes of 1, and an ellipsis",
    ),
    "relative end outside": (
        model_of("STRIDED_SLICE", [(4,)], [(3,)], (2,), (3,), (1,), offset=True),
        "3 from 2 on leaves an axis of 4",
    ),
    "relative end without axis": (
        model_of("STRIDED_SLICE", [(4, 2)], [(3, 2)], (0,), (3,), (1,), offset=True),
        "its ends are relative, but its ranges are not the axes of the input",
    ),
    "reversed twice nothing": (
        model_of("REVERSE_V2", [(4,)], [(4,)], (1,)),
        'axis 1 is not one of the 1 of "t0"',
    ),
    "tile of another shape": (
        model_of("TILE", [(4, 2)], [(4, 6)], (1, 2)),
        r"it makes \[4, 4\], but the output is \[4, 6\]",
    ),
    "tile of too few axes": (
        model_of("TILE", [(4, 2)], [(4, 4)], (2,)),
        "it has 1 repeats for rank 2",
    ),
    "broadcast of two": (
        model_of("BROADCAST_TO", [(2, 2)], [(2, 4)], (2, 4)),
        r"they are \[2, 2\] and \[2, 4\]",
    ),
    "too many axes": (
        model_of("TILE", [(1, 1, 1, 1, 1, 1, 2)], [(1, 1, 1, 1, 1, 1, 4)], (1, 1, 1, 1, 1, 1, 2)),
        "at most 6 dimensions, but there are 7",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """Each in one line that names operator, tensor and reason."""
    model, words = REFUSED[name]
    with pytest.raises(CompileError, match=words):
        driver.compile_model(model, "m.tflite", driver.Options())
