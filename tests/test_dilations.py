"""Convolutions of batches of pixels become dilated ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from host_build import HostBuild
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from moving_model import MovingModel
from pass_models import clamp
from test_passes import assert_exact, compiled, ops, rewritten

from weft.errors import CompileError

Pair = tuple[int, int]
Layer = Callable[[int], int]


def split_up(b: MovingModel, x: int, block: Pair, pads: tuple[Pair, Pair]) -> int:
    """SPACE_TO_BATCH_ND of an image, or of one of a single axis."""
    n, *sides, c = b.shape(x)
    sides = [(s + sum(p)) // k for s, p, k in zip(sides, pads, block, strict=False)]
    count = len(sides)
    parameters = list(block[:count]), [list(p) for p in pads[:count]]
    shape = (n * block[0] * (block[1] if count > 1 else 1), *sides, c)
    return b.moved(x, "SPACE_TO_BATCH_ND", shape, *parameters)


def join(b: MovingModel, x: int, block: Pair, crops: tuple[Pair, Pair]) -> int:
    """BATCH_TO_SPACE_ND."""
    n, *sides, c = b.shape(x)
    sides = [s * k - sum(p) for s, p, k in zip(sides, crops, block, strict=False)]
    count = len(sides)
    parameters = list(block[:count]), [list(p) for p in crops[:count]]
    n //= block[0] * (block[1] if count > 1 else 1)
    return b.moved(x, "BATCH_TO_SPACE_ND", (n, *sides, c), *parameters)


def dilated(
    b: MovingModel, x: int, *, before: Layer = int, behind: Layer = int, **options: Any
) -> int:
    """What a framework writes for 3x3 filters with a dilation of 2 and SAME padding.

    With layers before and behind the filter; int changes nothing.
    """
    height, width = b.shape(x)[1:3]
    pads = (2, 2 + height % 2), (2, 2 + width % 2)
    batch = before(split_up(b, x, (2, 2), pads))
    y = behind(b.conv_2d(batch, 4, padding="VALID", **options))
    return join(b, y, (2, 2), ((0, height % 2), (0, width % 2)))


def test_one_dilated_convolution() -> None:
    """Nothing is left but the convolution, with the dilation and the padding of the image."""
    b = MovingModel()
    x = b.input((1, 7, 6, 3))
    (node,) = rewritten(b.build([x], [dilated(b, x)]), "dilations").nodes
    assert node.op == "conv_2d"
    assert (node.attrs.dilation_h, node.attrs.dilation_w) == (2, 2)
    assert node.attrs.pads == (2, 2, 2, 2)
    assert node.origins == (0, 1, 2)


def test_one_dimension() -> None:
    """Views around the convolution, and time as the axis of the rows in the end."""
    b = MovingModel()
    x = b.input((1, 10, 3))
    y = split_up(b, x, (2, 1), ((4, 0), (0, 0)))
    y = b.conv_2d(b.reshape(y, (2, 1, 7, 3)), 4, (1, 3), padding="VALID")
    y = join(b, b.reshape(y, (2, 5, 4)), (2, 1), ((0, 0), (0, 0)))
    graph = rewritten(b.build([x], [b.relu(y)]), "dilations", "upright", "drop_views")
    assert ops(graph) == ["conv_2d", "relu"]
    assert graph.nodes[0].attrs.dilation_h == 2
    assert graph.nodes[0].attrs.pads == (4, 0, 0, 0)


BEHIND: dict[str, Callable[[MovingModel, int], int]] = {
    "relu": lambda b, y: b.relu(y),
    "channels": lambda b, y: b.relu6(b.add(y, b.constant([1, 2, 3, 4], 0.1))),
    "slopes": lambda b, y: b.prelu(y, b.constant([[[1, 2, 3, 4]]], 0.1)),
    "itself": lambda b, y: b.mul(b.constant(7, 0.1), b.mul(y, y)),
}


@pytest.mark.parametrize("behind", BEHIND.values(), ids=BEHIND)
def test_elementwise_operators_behind(
    behind: Callable[[MovingModel, int], int], host: HostBuild
) -> None:
    """They are done to the pixels of the image, with the origins that they had."""
    b = MovingModel()
    x = b.input((1, 7, 6, 3))
    y = dilated(b, x, behind=lambda y: behind(b, y))
    model = b.build([x], [y])
    first, *others = rewritten(model, "dilations").nodes
    assert (first.op, first.attrs.dilation_h) == ("conv_2d", 2)
    assert first.origins == (0, 1, len(b.graph.operators) - 1)
    assert [n.origins for n in others] == [(2 + i,) for i in range(len(others))]
    assert others
    assert_exact(host, model, rows=True)


def test_clamp_of_a_dilated_convolution() -> None:
    """RELU between the convolution and the image is part of the convolution in the end."""
    b = MovingModel()
    x = b.input((1, 7, 6, 3))
    model = b.build([x], [dilated(b, x, behind=lambda y: clamp(b, y))])
    (node,) = rewritten(model, "dilations", "fuse_clamps").nodes
    assert node.origins == (0, 1, 3, 2)


def test_operators_that_know_places() -> None:
    """What differs from pixel to pixel of the batch, or comes before the filter, stays there."""

    def kept(change: Callable[[MovingModel, int], int], *, before: bool = False) -> bool:
        b = MovingModel()
        x = b.input((1, 7, 6, 3))
        where = "before" if before else "behind"
        y = dilated(b, x, **{where: lambda y: change(b, y)})
        return "batch_to_space_nd" in ops(rewritten(b.build([x], [y]), "dilations"))

    assert not kept(lambda b, y: b.relu(y))
    assert kept(lambda b, y: b.relu(y), before=True)
    assert kept(lambda b, y: b.add(y, b.constant([[[5]], [[6]], [[7]], [[8]]], 0.1)))
    assert kept(lambda b, y: b.softmax(y))


def test_what_stays_is_refused() -> None:
    """A convolution of a batch that is no such idiom: its batch is in the way."""

    def refused(kind: str) -> None:
        b = MovingModel()
        x = b.input((1, 7, 6, 3))
        y = dilated(b, x, stride=(2, 2) if kind == "stride" else (1, 1))
        batch = b.graph.operators[-1].inputs[0]
        outputs = [y, batch] if kind == "read" else [y]
        with pytest.raises(CompileError, match=r"CONV_2D.*the batch size is 1, but it is 4"):
            compiled(b.build([x], outputs))

    refused("stride")
    refused("read")


@st.composite
def idioms(draw: st.DrawFn) -> bytes:
    """Any blocks, paddings, crops and filters that fit together."""
    b = MovingModel(draw(st.integers(0, 1 << 16)))
    one, some = draw(st.booleans()), st.integers(0, 4)
    block = draw(st.integers(1, 3)), 1 if one else draw(st.integers(1, 3))
    sides = [draw(st.integers(1, 9)) for _ in range(1 if one else 2)]
    pads = []
    for size, k in zip((*sides, 1)[:2], block, strict=True):
        before = draw(some)
        pads.append((before, -(size + before) % k + k * draw(st.integers(0, 2))))
    x = b.input((1, *sides, draw(st.integers(1, 3))))
    y = split_up(b, x, block, (pads[0], pads[1]))
    if one:
        n, time, c = b.shape(y)
        y = b.reshape(y, (n, 1, time, c))
    padding = draw(st.sampled_from(("SAME", "VALID")))
    kernel = tuple(draw(st.integers(1, min(3, n))) for n in b.shape(y)[1:3])
    layer = draw(st.sampled_from(("conv", "depthwise")))
    if layer == "conv":
        y = b.conv_2d(y, 3, (kernel[0], kernel[1]), padding=padding)
    else:
        y = b.depthwise_conv_2d(y, 2, (kernel[0], kernel[1]), padding=padding)
    some_layers = st.lists(st.sampled_from((b.relu, b.relu6, lambda y: b.mul(y, y))), max_size=2)
    for behind in draw(some_layers):
        y = behind(y)
    if one:
        n, _, time, c = b.shape(y)
        y = b.reshape(y, (n, time, c))
    for behind in draw(some_layers):
        y = behind(y)
    crops = [(draw(st.integers(0, a)), draw(st.integers(0, z))) for a, z in pads]
    made = zip(b.shape(y)[1:-1], block, crops, strict=False)
    assume(all(n * k > sum(crop) for n, k, crop in made))
    return b.build([x], [join(b, y, block, (crops[0], crops[1]))])


@settings(max_examples=120)
@given(model=idioms(), rows=st.booleans())
def test_random_idioms(host: HostBuild, model: bytes, rows: bool) -> None:
    """All of them are dilated convolutions, and exact."""
    program = assert_exact(host, model, rows=rows)
    assert "batch_to_space_nd" not in ops(program.graph)
