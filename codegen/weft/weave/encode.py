"""The weave as the executor reads it: blocks of (layer, steps) entries that repeat.

Format: runtime/include/weft/weft.h. Numbers are little-endian base 128.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, groupby

from weft.weave.trace import Weave

Entry = tuple[int, int]  # layer, steps in a row
Block = tuple[int, tuple[Entry, ...]]  # times, entries

_LONGEST_LOOP = 96  # entries; longer periods are rare, and the search costs time
_LONGEST_RUN = 0xFFFF  # what the executor's 16-bit counters hold
_HEADER = 2  # bytes of a block's times and entries, when both are small


def encode(weave: Weave) -> bytes:
    """The shortest list of blocks that one-level loops give."""
    out = bytearray()
    for times, entries in blocks(weave):
        out += _number(times) + _number(len(entries))
        for entry in entries:
            out += _entry(entry)
    return bytes(out + b"\0")


def blocks(weave: Weave) -> list[Block]:
    """Cut the entries into repeated and plain blocks by dynamic programming from the end."""
    entries = _entries(weave)
    loops = _best_loops(entries)
    found: list[Block] = []
    at, plain = 0, list[Entry]()
    while at < len(entries):
        loop = loops[at].inside if plain and len(plain) < _LONGEST_RUN else loops[at].fresh
        if loop is None:
            plain.append(entries[at])
            at += 1
            continue
        times, length = loop
        if plain:
            found.append((1, tuple(plain)))
            plain = []
        found.append((times, tuple(entries[at : at + length])))
        at += times * length
    return [*found, (1, tuple(plain))] if plain else found


@dataclass(frozen=True, slots=True)
class _Choice:
    """The (times, length) of a loop to start at an entry, None to go on plainly: at the start
    of a block, and inside a plain block that is already open."""

    fresh: tuple[int, int] | None
    inside: tuple[int, int] | None


def _best_loops(entries: list[Entry]) -> list[_Choice]:
    """The choice at each entry that gives the fewest bytes from there on."""
    n = len(entries)
    sizes = [len(_entry(e)) for e in entries]
    total = [0, *accumulate(sizes)]
    fresh, inside = [0] * (n + 1), [0] * (n + 1)  # bytes from an entry on
    choices: list[_Choice] = []
    matches = [0] * (_LONGEST_LOOP + 1)  # entries from here on that equal those a period later
    for i in range(n - 1, -1, -1):
        loop, best = None, 1 << 60
        for length in range(1, min(_LONGEST_LOOP, n - 1 - i) + 1):
            matches[length] = matches[length] + 1 if entries[i] == entries[i + length] else 0
            times = min(matches[length] // length + 1, _LONGEST_RUN)
            cost = _HEADER + total[i + length] - total[i] + fresh[i + times * length]
            if times > 1 and cost < best:
                loop, best = (times, length), cost
        opened = _HEADER + sizes[i] + inside[i + 1]
        joined = sizes[i] + inside[i + 1]
        fresh[i], inside[i] = min(best, opened), min(best, joined)
        choices.append(_Choice(loop if best < opened else None, loop if best < joined else None))
    return choices[::-1]


def _entries(weave: Weave) -> list[Entry]:
    found: list[Entry] = []
    for layer, run in groupby(weave):
        left = sum(1 for _ in run)
        while left:
            found.append((layer, min(left, _LONGEST_RUN)))
            left -= found[-1][1]
    return found


def _entry(entry: Entry) -> bytes:
    return _number(entry[0]) + _number(entry[1])


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
