"""Blocks of pixels as channels of one pixel or as a batch of images."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.borders import tensors
from cases.common import Case, Draw, channels


@st.composite
def depths(draw: Draw, builtin: str, *, deeper: bool) -> Case:
    """SPACE_TO_DEPTH and DEPTH_TO_SPACE."""
    b, size = ModelBuilder(), draw(st.integers(1, 4))
    height, width, depth = draw(st.integers(1, 5)), draw(st.integers(1, 5)), draw(channels(5))
    shallow = (1, height * size, width * size, depth)
    deep = (1, height, width, depth * size * size)
    tensor = draw(tensors("int8", "float32"))
    shapes = (shallow, deep) if deeper else (deep, shallow)
    x, y = (b.tensor(shape, **tensor) for shape in shapes)
    b.operator(builtin, [x], [y], block_size=size)
    return Case.of(b, [x], [y], shapes=shapes, tensor=tensor)


@dataclass(frozen=True)
class Batching:
    """Images, the batch that their blocks make, sizes of blocks and paddings."""

    image: list[int]
    batch: list[int]
    block: list[int]
    pads: list[list[int]]


@st.composite
def _batchings(draw: Draw) -> Batching:
    axes = draw(st.sampled_from((1, 2, 2, 2)))
    block = [draw(st.integers(1, 3)) for _ in range(axes)]
    pads = [[draw(st.integers(0, 4)), draw(st.integers(0, 4))] for _ in block]
    count = [draw(st.integers(1, 4)) for _ in block]
    sides = [n * k - sum(pair) for n, k, pair in zip(count, block, pads, strict=True)]
    for i, n in enumerate(sides):
        while sides[i] < 1:
            sides[i] += block[i]
            count[i] += 1
        assert n <= sides[i]
    images, depth = draw(st.sampled_from((1, 1, 2))), draw(channels(6))
    batch = images
    for k in block:
        batch *= k
    return Batching([images, *sides, depth], [batch, *count, depth], block, pads)


@st.composite
def batches(draw: Draw, builtin: str, *, split: bool) -> Case:
    """SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND."""
    b, a = ModelBuilder(), draw(_batchings())
    tensor = draw(tensors("int8", "int8", "int16"))
    shapes = (a.image, a.batch) if split else (a.batch, a.image)
    x, y = (b.tensor(shape, **tensor) for shape in shapes)
    constants = [b.constant(values, dtype="int32") for values in (a.block, a.pads)]
    b.operator(builtin, [x, *constants], [y])
    interpreter = tensor["dtype"] == "int8"
    return Case.of(b, [x], [y], interpreter=interpreter, batching=a, tensor=tensor)
