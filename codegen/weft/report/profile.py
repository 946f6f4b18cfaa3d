"""Spans of bytes over time as outlines, simplified so that a drawing stays small.

A profile is a pair of arrays: at place i the bytes [low[i], high[i]) are in use, none where
low >= high.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from weft.report.drawing import Frame, num
from weft.report.usage import Ints
from weft.weave.life import NEVER

_COLUMNS = 160  # of the grid on which room for a label is looked for

Run = tuple[int, int, int, int]  # first and past-the-last step, low, high


def coarse(first: int, low: Ints, high: Ints, width: int) -> tuple[int, Ints, Ints]:
    """The hull of a profile in columns of `width` steps: first column, low, high."""
    start = first // width
    front = first - start * width
    back = -(front + len(low)) % width
    lows = np.pad(low, (front, back), constant_values=NEVER).reshape(-1, width)
    highs = np.pad(high, (front, back), constant_values=-NEVER).reshape(-1, width)
    return start, lows.min(axis=1), highs.max(axis=1)


def runs(low: Ints, high: Ints) -> Iterator[Run]:
    """Stretches of equal spans; empty ones are left out."""
    changed = np.flatnonzero((np.diff(low) != 0) | (np.diff(high) != 0)) + 1
    edges = [0, *changed.tolist(), len(low)]
    for begin, end in pairwise(edges):
        if low[begin] < high[begin]:
            yield begin, end, int(low[begin]), int(high[begin])


def outline(found: list[Run], x: Callable[[int], float], y: Callable[[int], float]) -> str:
    """Path around all runs: forward along the high ends, back along the low ones."""
    parts: list[str] = []
    at = 0
    while at < len(found):
        end = at + 1
        while end < len(found) and found[end][0] == found[end - 1][1]:
            end += 1
        part = found[at:end]
        there = [(x(a), y(high)) for a, _, _, high in part]
        back = [(x(b), y(low)) for _, b, low, _ in reversed(part)]
        parts += _along(there, "M"), _along(back, "H"), f"H{num(x(part[0][0]))}Z"
        at = end
    return "".join(parts)


def _along(corners: list[tuple[float, float]], start: str) -> str:
    """Stairs through corners; a stair of no height is left out."""
    (left, level), text = corners[0], ""
    text = f"M{num(left)} {num(level)}" if start == "M" else f"H{num(left)}V{num(level)}"
    for where, height in corners[1:]:
        if num(height) != num(level):
            text += f"H{num(where)}V{num(height)}"
            level = height
    return text


@dataclass(frozen=True, slots=True)
class Room:
    """Rectangles inside a profile: `width` and `height` in drawing units for each begin (first
    axis) and end (second axis) on a grid of `grain` steps."""

    frame: Frame
    first: int
    grain: int
    low: Ints
    high: Ints

    @classmethod
    def inside(cls, frame: Frame, first: int, low: Ints, high: Ints) -> Room:
        """All rectangles in use throughout; `low` and `high` are arena offsets."""
        grain = -(-len(low) // _COLUMNS)
        back = -len(low) % grain
        lows = np.pad(low, (0, back), constant_values=-NEVER).reshape(-1, grain).max(axis=1)
        highs = np.pad(high, (0, back), constant_values=NEVER).reshape(-1, grain).min(axis=1)
        n = len(lows)
        ahead = np.triu(np.ones((n, n), np.bool_))
        low2 = np.maximum.accumulate(np.where(ahead, lows, -NEVER), axis=1)
        high2 = np.minimum.accumulate(np.where(ahead, highs, NEVER), axis=1)
        return cls(frame, first, grain, np.where(ahead, low2, NEVER), high2)

    def best(self, width: float, height: float) -> tuple[float, float] | None:
        """Center of the largest rectangle that takes a text of this size; None without one."""
        n = len(self.low)
        across = (np.arange(n)[None, :] - np.arange(n)[:, None] + 1) * self.grain
        wide = across * (self.frame.right - self.frame.left) / max(self.frame.steps, 1)
        tall = (self.high - self.low) * self.frame.height / max(self.frame.most, 1)
        fits = (wide >= width) & (tall >= height)
        if not fits.any():
            return None
        begin, end = np.unravel_index(int(np.where(fits, wide * tall, -1).argmax()), fits.shape)
        middle = self.first + (int(begin) + int(end) + 1) * self.grain / 2
        level = (int(self.low[begin, end]) + int(self.high[begin, end])) / 2
        return self.frame.x(middle), self.frame.y(level)
