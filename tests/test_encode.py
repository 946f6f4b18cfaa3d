"""The encoded weave: read back by a decoder that is written after the C header's comment."""

from __future__ import annotations

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from random_graphs import graphs

from weft import driver
from weft.weave import GOALS
from weft.weave.encode import encode


def decode(code: bytes) -> list[int]:
    """The steps of an encoded weave, as the comment in weft.h describes it."""
    numbers = iter(code)

    def number() -> int:
        value = shift = 0
        while True:
            byte = next(numbers)
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    steps: list[int] = []
    while times := number():
        block: list[int] = []
        for _ in range(number()):
            layer = number()
            block += [layer] * number()
        steps += block * times
    assert next(numbers, None) is None
    return steps


_LAYERS = st.integers(0, 3) | st.integers(0, 300)
_RUNS = st.tuples(_LAYERS, st.integers(1, 5) | st.integers(1, 700))


@settings(max_examples=300)
@given(
    parts=st.lists(
        st.tuples(st.lists(_RUNS, min_size=1, max_size=5), st.integers(1, 6)), max_size=6
    )
)
def test_encoding(parts: list[tuple[list[tuple[int, int]], int]]) -> None:
    """What is encoded can be read again; loops make it short."""
    weave = tuple(
        layer for runs, times in parts for _ in range(times) for layer, n in runs for _ in range(n)
    )
    assert tuple(decode(encode(weave))) == weave


def test_encoding_of_long_runs_and_loops() -> None:
    """Counters are 16 bits wide; a loop of many turns takes a few bytes."""
    long = (7,) * 200_000 + (1, 2, 2) * 5_000
    assert tuple(decode(encode(long))) == long
    assert len(encode((1, 2, 2, 3) * 1000)) < 12


@settings(max_examples=60, phases=(Phase.generate, Phase.shrink))
@given(model=graphs(), goal=st.sampled_from(GOALS))
def test_encoding_of_plans(model: bytes, goal: str) -> None:
    """The weaves of real plans."""
    options = driver.Options(name="m", optimize=goal)
    weave = tuple(driver.compile_model(model, "m.tflite", options).plan.weave)
    assert tuple(decode(encode(weave))) == weave
