"""The state between inferences: its bytes in the arena, and what the first inference finds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weft.emit.arrays import array_view
from weft.emit.literals import c_comment
from weft.emit.view import ArrayView, InitialView, StateView
from weft.program import Program


def state_view(program: Program) -> StateView | None:
    """The region of a program's states, None for a model without any."""
    region = program.plan.region
    if not region:
        return None
    initials = tuple(_initial(program, i) for i in range(len(program.graph.states)))
    return StateView(
        size=len(region),
        offset=region.start,
        initials=initials,
        filled=tuple(x for x in initials if x.fill and x.array is None),
        copied=tuple(x for x in initials if x.array is not None),
    )


def initial_arrays(state: StateView | None) -> Sequence[ArrayView]:
    """The constants that states are copied from."""
    return [x.array for x in state.initials if x.array is not None] if state else []


def _initial(program: Program, number: int) -> InitialView:
    state = program.graph.states[number]
    tensor, values = program.graph[state.before], np.frombuffer(state.initial, np.int8)
    uniform = len(set(state.initial)) == 1
    name = c_comment(tensor.name)
    about = f"initial state of {name}, {len(values)} bytes"
    symbol = f"{program.name}_s{number:02d}_initial"
    return InitialView(
        name=name,
        offset=program.offset(state.before) - program.plan.region.start,
        nbytes=len(values),
        fill=int(values[0]),
        array=None if uniform else array_view(symbol, values, about),
    )
