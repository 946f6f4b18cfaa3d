"""Paddings along any axes, and elements of any type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from cases.common import Draw, scales, shapes, zero_points

INTERPRETED = 5  # axes that LiteRT pads


@dataclass(frozen=True)
class Padded:
    """A shape, its paddings, the padded shape, and the type and quantization of both tensors."""

    shape: list[int]
    pads: list[list[int]]
    output: list[int]
    tensor: dict[str, Any]


@st.composite
def padded(draw: Draw, *types: str) -> Padded:
    """Often an image, with a border of pixels or channels."""
    shape = [1, *draw(shapes(3, 3, 7))] if draw(st.booleans()) else draw(shapes(1, 6, 3))
    side = st.integers(0, 3) | st.just(0)
    pads = [[draw(side), draw(side)] for _ in shape]
    if len(shape) == 4 and draw(st.booleans()):
        pads[0] = [0, 0]
    output = [before + n + after for n, (before, after) in zip(shape, pads, strict=True)]
    return Padded(shape, pads, output, draw(tensors(*types)))


@st.composite
def tensors(draw: Draw, *types: str) -> dict[str, Any]:
    """A type and a quantization that goes with it."""
    dtype = draw(st.sampled_from(types))
    if dtype not in ("int8", "uint8", "int16"):
        return {"dtype": dtype}
    zero_point = {"int8": 0, "uint8": 128}.get(dtype)
    zero_point = 0 if zero_point is None else zero_point + draw(zero_points())
    return {"dtype": dtype, "scale": draw(scales()), "zero_point": zero_point}
