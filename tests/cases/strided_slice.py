"""STRIDED_SLICE: every mask, steps both ways, limits far outside, new axes and an ellipsis."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw
from cases.movement import Tensors, boxes, element_types, parameter

_INTERPRETED = 5  # axes that LiteRT slices, new ones included


class _Ranges:
    """The ranges of a model, with what they do to an array."""

    def __init__(self) -> None:
        self.begin: list[int] = []
        self.end: list[int] = []
        self.step: list[int] = []
        self.masks = dict.fromkeys(("begin", "end", "ellipsis", "new_axis", "shrink_axis"), 0)
        self.index: list[Any] = []

    def add(self, begin: int, end: int, step: int, index: Any, *masks: str) -> None:
        """One more range."""
        for mask in masks:
            self.masks[mask] |= 1 << len(self.begin)
        self.begin.append(begin)
        self.end.append(end)
        self.step.append(step)
        self.index.append(index)

    @property
    def options(self) -> dict[str, int]:
        """The masks as options."""
        return {f"{name}_mask": bits for name, bits in self.masks.items()}


def _along(draw: Draw, ranges: _Ranges, size: int, *, offset: bool) -> None:
    """A range of one axis that takes something."""
    if draw(st.integers(0, 5)) == 0:
        at = draw(st.integers(-size, size - 1))
        ranges.add(at, draw(st.integers(-9, 9)), 1, at, "shrink_axis")
        return
    step = draw(st.sampled_from((1, 1, 2, 3, -1, -1, -2)))
    far = st.integers(-size - 3, size + 3)
    masks = draw(st.sets(st.sampled_from(("begin", "end"))))
    begin, end = draw(far), draw(far)
    index = slice(None if "begin" in masks else begin, None if "end" in masks else end, step)
    if offset and step > 0:
        first, _, _ = index.indices(size)
        end = draw(st.integers(1, max(1, size - first)))
        index = slice(first, first + end, step)
    if len(range(size)[index]) == 0 or (offset and step < 0):
        begin, end, step, masks = 0, size, abs(step), {"begin", "end"}
        index = slice(None, None, step)
    ranges.add(begin, end, step, index, *masks)


@st.composite
def _cases(draw: Draw) -> Case:
    b, shape, dtype = ModelBuilder(), draw(boxes(4)), draw(element_types())
    make, ranges = Tensors(draw, b, dtype), _Ranges()
    named = len(shape) if draw(st.booleans()) else draw(st.integers(1, len(shape)))
    gap = draw(st.integers(0, named)) if named < len(shape) else named
    skipped = len(shape) - named if draw(st.booleans()) else 0
    offset = named == len(shape) and draw(st.booleans())
    for number in range(named):
        if number == gap and skipped:
            ranges.add(0, 0, 1, Ellipsis, "ellipsis")
        if not offset and draw(st.integers(0, 6)) == 0:
            ranges.add(0, 0, 1, np.newaxis, "new_axis")
        axis = number + (skipped if number >= gap else 0)
        _along(draw, ranges, shape[axis], offset=offset)
    out = np.zeros(shape)[tuple(ranges.index)].shape
    x, y = make(shape), make(out)
    limits = [parameter(b, values) for values in (ranges.begin, ranges.end, ranges.step)]
    b.operator("STRIDED_SLICE", [x, *limits], [y], **ranges.options, offset=offset)
    axes = len(shape) + ranges.index.count(np.newaxis)
    # LiteRT reads memory that it has not written where ends are relative.
    interpreter = axes <= _INTERPRETED and not offset
    return Case.of(
        b, [x], [y], interpreter=interpreter, shape=shape, index=ranges.index, offset=offset
    )


cases = _cases()
