"""The search for segments: what it finds when the work that it may do runs out."""

from __future__ import annotations

import pytest
from random_model import RandomModel

from weft import driver
from weft.weave import Setting, layer_by_layer, layers, least_memory, segments


@pytest.fixture(scope="module")
def setting() -> Setting:
    """Two wide layers that should stream, and many narrow ones behind them."""
    b = RandomModel(seed=12)
    x = b.input((1, 24, 24, 4))
    y = b.conv_2d(b.conv_2d(x, 16), 4)
    y = b.conv_2d(y, 4, stride=(2, 2))
    for _ in range(8):
        y = b.conv_2d(b.conv_2d(y, 8), 4)
    program = driver.compile_model(b.build([x], [y]), "m.tflite", driver.Options())
    made = layers(program.graph, program.calls, input_rows=False)
    return Setting.of(program.graph, made, row_alignment=1, alignment=4)


def longest(ways: tuple[tuple[segments.Segment, ...], ...]) -> list[int]:
    """Layers of the longest segment of each way to cut."""
    return [max(map(len, way)) for way in ways]


def test_no_work(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any search the layers stay one by one."""
    monkeypatch.setattr(segments, "_WORK", 100)
    assert least_memory(setting) == (layer_by_layer(setting),)


def test_every_way_has_work(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way that is tried first leaves work to the others, which get further with more."""
    found = []
    for work in (20_000, 40_000, 60_000, 1_000_000):
        monkeypatch.setattr(segments, "_WORK", work)
        found.append(longest(least_memory(setting)))
    assert [len(ways) for ways in found] == [3, 3, 3, 3]
    reached = [few_segments for _, few_segments, _ in found]
    assert reached == [4, 8, 16, 17]
