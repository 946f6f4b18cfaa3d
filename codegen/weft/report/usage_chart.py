"""Bytes in use at each step: this plan against the same model layer by layer."""

from __future__ import annotations

from weft.emit.report_html import Chart, Group, Path
from weft.report.analysis import Analysis
from weft.report.drawing import WIDTH, Frame, num, step_axis, value_axis, word
from weft.report.profile import coarse, outline, runs
from weft.report.usage import Ints

_TOP, _HEIGHT, _BELOW = 26, 190, 24
_COLUMNS = 700


def usage_chart(a: Analysis) -> Chart:
    """Both curves on one scale, each over its own steps from the first to the last."""
    most = max(a.program.arena_bytes, a.baseline.arena_bytes)
    frame = Frame(_TOP, _HEIGHT, len(a.usage), most)
    other = Frame(_TOP, _HEIGHT, len(a.baseline_usage), most)
    return Chart(
        label="Bytes in use at each step, of this plan and layer by layer",
        width=WIDTH,
        height=_TOP + _HEIGHT + _BELOW,
        groups=(
            value_axis(frame, 5),
            Group("before", (Path("area", _area(other, a.baseline_usage)),)),
            Group("now", (Path("area", _area(frame, a.usage)),)),
            *_marks(a, frame),
            step_axis(frame),
        ),
    )


def _area(frame: Frame, usage: Ints) -> str:
    width = -(-len(usage) // _COLUMNS)
    _, _, high = coarse(0, usage, usage, width)
    found = [
        (width * begin, min(width * end, frame.steps), bottom, top)
        for begin, end, bottom, top in runs(high * 0, high)
    ]
    return outline(found, frame.x, frame.y)


def _marks(a: Analysis, frame: Frame) -> tuple[Group, ...]:
    """Both arenas; where they nearly meet, the lower name moves down."""
    before, now = a.baseline.arena_bytes, a.program.arena_bytes
    upper, lower = sorted((frame.y(before), frame.y(now)))
    lower = max(lower, upper + 28)
    first, second = (upper, lower) if before >= now else (lower, upper)
    right = frame.right + 6
    return tuple(
        Group(
            kind,
            (Path("top", f"M{num(frame.left)} {num(frame.y(value))}H{num(frame.right)}"),),
            (
                word("", right, at + 4, text),
                word("", right, at + 17, f"{value:,} B"),
            ),
        )
        for kind, value, at, text in (
            ("before", before, first, "layer by layer"),
            ("now", now, second, "this plan"),
        )
    )
