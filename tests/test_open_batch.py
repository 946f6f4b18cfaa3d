"""Models that leave their batch open: shapes say 1 even where there are several images."""

from __future__ import annotations

import pytest
from random_model import RandomModel

from weft.errors import CompileError
from weft.frontend import load


def space_to_batch(block: int, stored_batch: int = 1) -> RandomModel:
    """RELU6 between SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND along the rows of an open batch."""
    b = RandomModel(seed=5)
    shapes = [(1, 8, 1, 3), *[(stored_batch, 8 // max(block, 1), 1, 3)] * 2, (1, 8, 1, 3)]
    x, apart, clamped, y = (b.input(shape) for shape in shapes)
    blocks, pads = b.integers([block, 1]), b.integers([[0, 0], [0, 0]])
    b.operator("SPACE_TO_BATCH_ND", [x, blocks, pads], [apart])
    b.operator("RELU6", [apart], [clamped])
    b.operator("BATCH_TO_SPACE_ND", [clamped, blocks, pads], [y])
    for t in (x, apart, clamped, y):
        b.graph.tensors[t].shapeSignature = [-1, *b.shape(t)[1:]]
    return b


def shapes(model: bytes) -> list[tuple[int, ...]]:
    """The shapes that the operators make."""
    graph = load(model, "m")
    return [graph[t].shape for node in graph.nodes for t in node.outputs]


@pytest.mark.parametrize("stored_batch", [1, 4])
def test_images_are_followed(stored_batch: int) -> None:
    """Four images between the operators, one behind them, whatever the file says."""
    model = space_to_batch(4, stored_batch).build([0], [3])
    assert shapes(model) == [(4, 2, 1, 3), (4, 2, 1, 3), (1, 8, 1, 3)]


def test_closed_batch_counts() -> None:
    """Without a signature the shape in the file is meant, and here it is wrong."""
    b = space_to_batch(4)
    b.graph.tensors[1].shapeSignature = None
    with pytest.raises(CompileError, match="an image for each place in a block"):
        load(b.build([0], [3]), "m")


def test_empty_block() -> None:
    """A block of no size is refused in a sentence."""
    with pytest.raises(CompileError, match="block sizes are positive"):
        load(space_to_batch(0).build([0], [3]), "m")
