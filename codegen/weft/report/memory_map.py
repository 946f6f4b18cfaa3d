"""The memory map: bytes of the arena upwards, steps to the right, one shape for each band."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from weft.emit.report_html import Chart, Group, Path, Word
from weft.report.analysis import Analysis
from weft.report.bands import BandInfo
from weft.report.drawing import (
    LEFT,
    WIDTH,
    Frame,
    box,
    horizontal,
    num,
    step_axis,
    value_axis,
    word,
)
from weft.report.profile import Room, Run, coarse, outline, runs
from weft.report.usage import Placed
from weft.report.words import count, shape_text

_TOP, _HEIGHT, _BELOW = 34, 500, 58
_RIBBON = 16  # height of the row of segments under the steps
_COLUMNS = 700  # of time at most; finer changes are drawn as their hull
_CORNERS = 12_000  # of all shapes together; bounds the file
_COLORS = 8
_WIDE, _NARROW, _TALL = 6.5, 5.3, 14  # units of a title's letter, of a small letter, of a line


def memory_map(a: Analysis) -> Chart:
    """The chart of a program's arena."""
    frame = Frame(_TOP, _HEIGHT, len(a.program.plan.weave), a.program.arena_bytes)
    bands = tuple(_band(a, frame, i, found) for i, found in enumerate(_runs(a.storages, frame)))
    return Chart(
        label=f"Memory map: {count(len(bands), 'band')} in {a.program.arena_bytes:,} bytes "
        f"over {count(frame.steps, 'step')}",
        width=WIDTH,
        height=_TOP + _HEIGHT + _BELOW,
        groups=(
            value_axis(frame, 8),
            *(Group(f"place {color(band)}", (Path("", _place(band, frame)),)) for band in a.bands),
            *bands,
            step_axis(frame),
            *_ribbon(a, frame),
            _lines(a, frame),
        ),
    )


def _runs(storages: tuple[Placed, ...], frame: Frame) -> list[list[Run]]:
    """Each storage's profile in steps and arena bytes, as fine as the drawing can afford."""
    width = -(-frame.steps // _COLUMNS)
    while True:
        found = [_simplified(p, width, frame.steps) for p in storages]
        if width >= frame.steps or sum(map(len, found)) <= _CORNERS:
            return found
        width *= 2


def _simplified(placed: Placed, width: int, steps: int) -> list[Run]:
    s, at = placed.storage, placed.offset
    start, low, high = coarse(s.first, s.low, s.high, width)
    return [
        (width * (start + a), min(width * (start + b), steps), at + bottom, at + top)
        for a, b, bottom, top in runs(low, high)
    ]


def _band(a: Analysis, frame: Frame, number: int, found: list[Run]) -> Group:
    band, placed = a.bands[number], a.storages[number]
    live = outline(found, frame.x, frame.y)
    worked = band.kind in ("scratch", "state")
    return Group(
        kind=f"band {color(band)}",
        paths=(
            Path("place", _place(band, frame)),
            Path("live", live),
            *((Path("hatched", live),) if worked else ()),
        ),
        words=_label(a, band, placed, frame),
        title=_title(a, band),
        number=str(number),
    )


def _place(band: BandInfo, frame: Frame) -> str:
    """Path around all bytes of a band over its whole life."""
    low, high = frame.y(band.offset), frame.y(band.offset + band.size)
    return box(frame.x(band.first), high, frame.x(band.last + 1), low)


def color(band: BandInfo) -> str:
    """CSS class of a band's color: neighboring layers differ."""
    if band.kind == "input" or band.made_by is None:
        return "source"
    return f"c{band.made_by % _COLORS}"


def _label(a: Analysis, band: BandInfo, placed: Placed, frame: Frame) -> tuple[Word, ...]:
    """The longest label that fits inside the bytes in use, if any."""
    s = placed.storage
    room = Room.inside(frame, s.first, s.low + placed.offset, s.high + placed.offset)
    short = "in" if band.made_by is None else str(band.made_by)
    name = _caption(a, band)
    for kind, texts in (
        ("flat", (name, _held(band))),
        ("flat", (name,)),
        ("turned", (name,)),
        ("flat", (short,)),
    ):
        length = max(_letters(len(t), i) for i, t in enumerate(texts)) + 6
        size = length, _TALL * len(texts)
        at = room.best(*(size if kind == "flat" else reversed(size)))
        if at is not None:
            return tuple(_words(at, texts, turned=kind == "turned"))
    return ()


def _letters(number: int, line: int) -> float:
    return number * (_NARROW if line else _WIDE)


def _words(at: tuple[float, float], texts: tuple[str, ...], *, turned: bool) -> Iterator[Word]:
    x, y = at
    if turned:
        yield Word("name", num(x + 4), num(y), texts[0], "middle", turned=True)
        return
    first = y + 4 - (len(texts) - 1) * _TALL / 2
    for i, text in enumerate(texts):
        yield word("detail" if i else "name", x, first + i * (_TALL - 1), text, "middle")


def _caption(a: Analysis, band: BandInfo) -> str:
    if band.made_by is None:
        return "input"
    if band.kind in ("scratch", "state"):
        return f"{band.made_by} {band.kind}"
    return f"{band.made_by} {a.layers[band.made_by].op}"


def _held(band: BandInfo) -> str:
    if not band.rows:
        return f"{band.size:,} B"
    if band.rows == 1:
        return f"one row, {band.size:,} B"
    if band.rows_held == band.rows:
        return f"all {band.rows} rows, {band.size:,} B"
    return f"{band.rows_held} of {band.rows} rows, {band.size:,} B"


def _title(a: Analysis, band: BandInfo) -> str:
    made = "input" if band.made_by is None else f"layer {band.made_by} {a.layers[band.made_by].op}"
    readers = ", ".join(map(str, band.read_by))
    lines = [
        band.name,
        *(f"also {name}" for name in band.views),
        f"{made}: {shape_text(band.shape)} {band.dtype}" if band.rows else made,
        f"{_held(band)} at {band.offset:,}..{band.offset + band.size:,}",
        f"in use from step {band.first:,} to {band.last:,}",
        f"read by layer {readers}" if readers and band.rows else "",
    ]
    return "\n".join(line for line in lines if line)


def _ribbon(a: Analysis, frame: Frame) -> Iterator[Group]:
    """The segments along the steps: which layers run then."""
    weave = np.asarray(a.program.plan.weave)
    top = frame.bottom + 26
    yield Group("axis", words=(word("tick", LEFT - 8, top + 12, "layers", "end"),))
    begin = 0
    for number, segment in enumerate(a.program.arrangement.segments):
        end = begin + int(np.isin(weave, segment).sum())
        name = layer_range(a, segment)
        left, right = frame.x(begin), frame.x(end)
        room = right - left > _letters(len(name), 1) + 4
        middle = (left + right) / 2
        yield Group(
            f"segment {'streams' if len(segment) > 1 else 'alone'}",
            (Path("", box(left, top, right, top + _RIBBON)),),
            (word("tick", middle, top + 12, name, "middle"),) if room else (),
            f"segment {number}: layers {name}, steps {begin:,} to {end - 1:,}",
        )
        begin = end


def layer_range(a: Analysis, segment: tuple[int, ...]) -> str:
    """The layers of a segment in few letters; rows that the caller brings are `in`."""
    numbers = sorted(n for n in segment if n < len(a.layers))
    pushed = ["in"] if len(numbers) < len(segment) else []
    if not numbers:
        return "in"
    ends = [str(n) for n in dict.fromkeys((numbers[0], numbers[-1]))]
    return "+".join([*pushed, "-".join(ends)])


def _lines(a: Analysis, frame: Frame) -> Group:
    """Arena, lower bound and peak; their names lie outside of the plot."""
    peak, bound, right = a.peak, a.lower_bound, frame.right + 6
    x = frame.x(peak.step + 0.5)
    text = f"peak: {peak.nbytes:,} B in use at step {peak.step:,}"
    half = _letters(len(text), 0) / 2
    at = min(max(x, frame.left + half), frame.right - half)
    level = max(frame.y(bound), frame.top) + 14
    return Group(
        "lines",
        (
            Path("arena", horizontal(frame, frame.most)),
            Path("bound", horizontal(frame, bound)),
            Path("peak", f"M{num(x)} {num(frame.top - 8)}V{num(frame.bottom)}"),
        ),
        (
            word("arena", right, frame.top - 16, "arena"),
            word("arena", right, frame.top - 2, f"{frame.most:,} B"),
            word("bound", right, level, "lower bound"),
            word("bound", right, level + 14, f"{bound:,} B"),
            word("peak", at, frame.top - 14, text, "middle"),
        ),
    )
