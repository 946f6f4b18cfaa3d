"""Dense layers behind a flattened image with its channels first: no TRANSPOSE is left."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from channel_model import Model
from host_build import HostBuild
from hypothesis import given, settings
from hypothesis import strategies as st
from random_model import RandomModel
from test_passes import assert_exact, ops, rewritten
from test_weights import with_int4, with_int16

SHAPE = (1, 4, 3, 2)
FIRST = (0, 3, 1, 2)  # channels, then rows and columns


def flat(b: RandomModel, y: int) -> int:
    return b.reshape(y, (1, int(np.prod(b.shape(y)))))


def test_flattened_image(host: HostBuild) -> None:
    """The layer comes from both operators; its constants are the model's in another order."""
    b = RandomModel()
    x = b.input(SHAPE)
    y = b.fully_connected(flat(b, b.transpose(b.conv_2d(x, 2), FIRST)), 3)
    model = b.build([x], [y])
    graph = rewritten(model, "reorder_weights")
    assert [(n.op, n.origins) for n in graph.nodes] == [
        ("conv_2d", (0,)),
        ("reshape", (2,)),
        ("fully_connected", (1, 3)),
    ]
    assert_exact(host, model, rows=True)


@pytest.mark.parametrize("convert", [with_int4, with_int16])
def test_other_types(convert: Callable[[RandomModel], None], host: HostBuild) -> None:
    """Weights of half a byte, and activations of two."""
    b = RandomModel()
    x = b.input((1, 3, 3, 3))
    y = b.fully_connected(flat(b, b.transpose(x, FIRST)), 3)
    convert(b)
    program = assert_exact(host, b.build([x], [y]), rows=False)
    assert "transpose" not in ops(program.graph)


def test_dead_channels_behind_it() -> None:
    """A channel whose columns are zeros, wherever they are, is not computed."""
    b = Model(seed=3)
    x = b.input(SHAPE)
    y = b.conv_2d(x, 4)
    dense = b.fully_connected(flat(b, b.transpose(y, FIRST)), 3)
    b.deaf(dense, *range(12, 24))  # channel 1
    graph = rewritten(b.build([x], [dense]), "reorder_weights", "dead_channels")
    assert graph[graph.nodes[0].outputs[0]].channels == (0, 2, 3)


def test_what_stays() -> None:
    """Other readers, several vectors, something in between that is no view."""

    def left(case: str) -> bool:
        b = RandomModel()
        x = b.input(SHAPE)
        y = b.transpose(b.softmax(x), FIRST)
        z = b.softmax(y) if case == "between" else y
        z = b.reshape(z, (2, 12)) if case == "vectors" else flat(b, z)
        dense = b.tensor((b.shape(z)[0], 3), 0.1)
        weights = b.constant(b.rng.integers(-9, 9, (3, b.shape(z)[1])), 0.1)
        b.operator("FULLY_CONNECTED", [z, weights], [dense])
        outputs = [dense, {"image": y, "vector": z}.get(case, dense)]
        model = b.build([x], [*dict.fromkeys(outputs)])
        return "transpose" in ops(rewritten(model, "reorder_weights"))

    assert not left("none")
    assert left("image")
    assert left("vector")
    assert left("between")
    assert left("vectors")


@st.composite
def flattened(draw: st.DrawFn) -> bytes:
    """Any order of axes, any views, and layers that read the same weights."""
    b = RandomModel(draw(st.integers(0, 1 << 16)))
    shape = draw(st.lists(st.integers(1, 4), min_size=3, max_size=3))
    x = b.input((1, *shape))
    y = b.transpose(draw(st.sampled_from((b.relu, b.softmax)))(x), draw(st.permutations(range(4))))
    if draw(st.booleans()):
        y = b.reshape(y, (1, shape[0] * shape[1], shape[2]))
    if b.shape(y)[0] > 1 or draw(st.booleans()):
        y = flat(b, y)
    outputs = [b.fully_connected(y, draw(st.integers(1, 5)), per_channel=draw(st.booleans()))]
    if draw(st.booleans()):
        weights = b.graph.operators[-1].inputs[1]
        outputs.append(b.tensor((1, b.shape(weights)[0]), 0.3))
        other = b.input((1, b.shape(weights)[1]))
        b.operator("FULLY_CONNECTED", [other, weights], [outputs[1]])
        return b.build([x, other], outputs)
    return b.build([x], outputs)


@settings(max_examples=60)
@given(model=flattened())
def test_random_orders(host: HostBuild, model: bytes) -> None:
    """Exact, and no TRANSPOSE is left."""
    program = assert_exact(host, model, rows=False)
    assert "transpose" not in ops(program.graph)
