"""What the cases of operators that only move elements share: element types and shapes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Draw, scales, shapes, zero_points

_QUANTIZED = ("int8", "uint8", "int16")


class Tensors:
    """Adds tensors of one type and quantization to a model."""

    def __init__(self, draw: Draw, b: ModelBuilder, dtype: str) -> None:
        self.draw, self.b, self.dtype = draw, b, dtype
        self.scale = draw(scales()) if dtype in _QUANTIZED else None
        self.zero_point = draw(zero_points()) if dtype in ("int8", "uint8") else 0
        self.zero_point += 128 if dtype == "uint8" else 0

    def __call__(self, shape: Sequence[int], data: bytes | None = None) -> int:
        """The number of a tensor of some shape; with data a constant."""
        return self.b.tensor(shape, self.scale, self.zero_point, dtype=self.dtype, data=data)

    def constant(self, shape: Sequence[int]) -> int:
        """A constant of random values."""
        rng = np.random.default_rng(self.draw(st.integers(0, 2**32 - 1)))
        most = 2 if self.dtype == "bool" else 128
        return self(shape, rng.integers(0, most, tuple(shape)).astype(self.dtype).tobytes())


def element_types() -> st.SearchStrategy[str]:
    """All element types, int8 most often."""
    others = ("uint8", "int16", "int32", "int64", "bool", "float32")
    return st.just("int8") | st.sampled_from(others)


def boxes(most: int = 6) -> st.SearchStrategy[list[int]]:
    """Shapes of up to `most` axes; images often."""
    images = shapes(3, 3, 6).map(lambda shape: [1, *shape])
    found = images | shapes(1, 4)
    return found | shapes(5, most, 3) if most > 4 else found


def parameter(b: ModelBuilder, values: object) -> int:
    """Constant integers."""
    return b.constant(values, dtype="int32")  # type: ignore[arg-type]


def cuts(draw: Draw, length: int) -> list[int]:
    """Lengths of one to four parts of an axis."""
    ends = draw(st.sets(st.integers(1, length), max_size=3))
    marks = sorted({0, length, *ends})
    return [b - a for a, b in itertools.pairwise(marks)]


def with_axis(shape: Sequence[int], axis: int, length: int) -> list[int]:
    """The shape with another length of one axis."""
    return [*shape[:axis], length, *shape[axis + 1 :]]


def signed(draw: Draw, axis: int, rank: int) -> int:
    """An axis counted from the front or from the back."""
    return axis - draw(st.sampled_from((0, rank)))
