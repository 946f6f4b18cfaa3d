"""Small things that all charts need: scales, paths, ticks, and numbers as text."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from weft.emit.report_html import Group, Path, Word

WIDTH = 1240  # units of every chart; about a pixel each on a wide screen
LEFT, RIGHT = 66, 104  # margins for the scale and for the names of lines


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot area: steps 0..steps from left to right, values 0..most from the bottom up."""

    top: float
    height: float
    steps: int
    most: int

    @property
    def left(self) -> float:
        """Left edge."""
        return LEFT

    @property
    def right(self) -> float:
        """Right edge."""
        return WIDTH - RIGHT

    @property
    def bottom(self) -> float:
        """Where the value is 0."""
        return self.top + self.height

    def x(self, step: float) -> float:
        """Where a step begins."""
        return LEFT + (self.right - LEFT) * step / max(self.steps, 1)

    def y(self, value: float) -> float:
        """Height of a value."""
        return self.bottom - self.height * value / max(self.most, 1)


def num(value: float) -> str:
    """A coordinate with at most one decimal.

    >>> num(3.14159), num(2.0), num(-0.01)
    ('3.1', '2', '0')
    """
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def box(left: float, top: float, right: float, bottom: float) -> str:
    """Path of a rectangle."""
    return f"M{num(left)} {num(top)}H{num(right)}V{num(bottom)}H{num(left)}Z"


def horizontal(frame: Frame, value: float) -> str:
    """Path of a line through the whole plot at a value."""
    return f"M{num(frame.left)} {num(frame.y(value))}H{num(frame.right)}"


def word(kind: str, x: float, y: float, text: str, anchor: str = "start") -> Word:
    """A text at a point."""
    return Word(kind, num(x), num(y), text, anchor)


def ticks(most: int, wanted: int) -> list[int]:
    """Round numbers from 0 to `most`, equally far apart, at most `wanted` + 1 of them.

    >>> ticks(6266, 8), ticks(3, 6), ticks(0, 6)
    ([0, 1000, 2000, 3000, 4000, 5000, 6000], [0, 1, 2, 3], [0])
    """
    strides = (digit * 10**zeros for zeros in count() for digit in (1, 2, 5))
    return list(range(0, most + 1, next(s for s in strides if most <= wanted * s)))


def value_axis(frame: Frame, wanted: int) -> Group:
    """Grid lines with their bytes on the left."""
    found = ticks(frame.most, wanted)
    return Group(
        "axis",
        tuple(Path("grid", horizontal(frame, v)) for v in found),
        (
            *(word("tick", LEFT - 8, frame.y(v) + 4, f"{v:,}", "end") for v in found),
            word("tick", LEFT - 8, frame.top - 14, "bytes", "end"),
        ),
    )


def step_axis(frame: Frame) -> Group:
    """Steps below the plot."""
    found = ticks(frame.steps, 12)
    y = frame.bottom
    return Group(
        "axis",
        tuple(Path("tickmark", f"M{num(frame.x(v))} {num(y)}v4") for v in found),
        (
            *(word("tick", frame.x(v), y + 16, f"{v:,}", "middle") for v in found),
            word("tick", LEFT - 8, y + 16, "step", "end"),
        ),
    )
