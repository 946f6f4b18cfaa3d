"""Draws cases one by one. Hypothesis varies an example a little before it draws the next one,
which wastes a build on each; here every case is drawn anew, and a failing one is still shrunk."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable
from operator import itemgetter

from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from cases.common import Case


def strategy(operator: str) -> SearchStrategy[Case]:
    """The cases of an operator; an operator without any fails."""
    found: SearchStrategy[Case] = importlib.import_module(f"cases.{operator}").cases
    return found


def explore(operator: str, accepted: int, refused: int, judge: Callable[[Case], bool]) -> None:
    """Judge cases until so many different ones are accepted; fails when too many are refused.

    `judge` tells whether it accepts a case, and raises if something is wrong with it.
    """
    verdicts: dict[bytes, bool] = {}

    def once(case: Case) -> None:
        if case.model not in verdicts and sum(verdicts.values()) < accepted:
            verdicts[case.model] = judge(case)

    for number in itertools.count():
        # The first of two examples is the simplest one. The second is random, but for its first
        # choice, which is never the same again: that is what the number in front is for.
        cases = st.tuples(st.integers(0, 1 << 32), strategy(operator)).map(itemgetter(1))
        test = settings(max_examples=2, phases=(Phase.generate, Phase.shrink))(
            given(case=cases)(once)
        )
        seed(number)(test)()
        good = sum(verdicts.values())
        assert len(verdicts) - good <= refused, f"{operator}: too many cases are refused"
        if good >= accepted:
            return
