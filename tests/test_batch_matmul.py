"""BATCH_MATMUL: what streams, and what is refused. Values are for test_kernels.py."""

from __future__ import annotations

from typing import Any

import pytest
from model_builder import ModelBuilder

from weft import driver
from weft.errors import CompileError
from weft.frontend import load
from weft.ops import RowWindow, Whole


def product(
    left: tuple[int, ...],
    right: tuple[int, ...],
    output: tuple[int, ...],
    scale: float = 0.5,
    types: tuple[str, str, str] = ("int8",) * 3,
    **options: Any,
) -> bytes:
    """The model of one product."""
    b = ModelBuilder()
    x, w, y = (
        b.tensor(shape, s, dtype=kind, name=name)
        for shape, s, kind, name in zip(
            (left, right, output), (0.5, 0.5, scale), types, "xwy", strict=True
        )
    )
    b.operator("BATCH_MATMUL", [x, w], [y], **options)
    return b.build([x, w], [y])


@pytest.mark.parametrize(
    ("shapes", "access"),
    [
        (((4, 2, 3), (4, 3, 5), (4, 2, 5)), RowWindow),
        (((1, 4, 2, 3), (1, 4, 3, 5), (1, 4, 2, 5)), RowWindow),
        (((2, 4, 2, 3), (2, 4, 3, 5), (2, 4, 2, 5)), Whole),
        (((4, 2, 3), (3, 5), (4, 2, 5)), Whole),
    ],
)
def test_matrices_are_rows(shapes: Any, access: type) -> None:
    """Where all tensors have a matrix in each row of their bands, a step makes one."""
    program = driver.compile_model(product(*shapes), "m.tflite", driver.Options())
    call = program.calls[-1]
    assert {type(read) for read in call.geometry.inputs} == {access}
    assert call.geometry.whole_output == (access is Whole)


X, W, Y = (2, 2, 3), (2, 3, 5), (2, 2, 5)
WIDE = ("int16",) * 3

REFUSED = {
    "depth": (product(X, (2, 4, 5), Y), '"x" has rows of 3, not 4'),
    "transposed": (product(X, W, Y, adj_y=True), '"x" has rows of 3, not 5'),
    "output": (product(X, W, (2, 2, 4)), '"y" is [2, 2, 4]'),
    "batches": (product((3, 2, 3), W, Y), "they are [3, 2, 3] and [2, 3, 5]"),
    "rank 1": (product((3,), (3, 5), (1, 5)), '"x" has rank 1'),
    "rank 6": (product((1,) * 6, (1, 1), (1,) * 6), '"x" has rank 6'),
    "repeated": (product((2, 3, 2), (1, 3, 5), Y, adj_x=True), "it has one for 2"),
    "scale": (product(X, W, Y, 2.0**-33), "2**7 for int16, but it is 2.14748e+09"),
    "wide scale": (product(X, W, Y, 2.0**-9, WIDE), "2**7 for int16, but it is 128"),
    "types": (product(X, W, Y, types=("int8", "int8", "int16")), "they are int8 and int16"),
    "deep": (product((1, 33026), (33026, 1), (1, 1)), "there are 33026 of them"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    """In the words of the check."""
    model, words = REFUSED[case]
    with pytest.raises(CompileError) as caught:
        load(model, "m")
    assert words in str(caught.value)
