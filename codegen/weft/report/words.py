"""Sentences and numbers in words, the same on the console and on the page."""

from __future__ import annotations

from itertools import groupby

from weft.report.analysis import Analysis, Port

_LONGEST = 64  # letters of a name in a table


def count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "layer"), count(1200, "step")
    ('1 layer', '1,200 steps')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def short_name(name: str) -> str:
    """The first of the names that a converter has joined by semicolons, of bounded length.

    >>> short_name("a/Relu;a/BiasAdd"), short_name("input"), len(short_name("x" * 99))
    ('a/Relu;…', 'input', 64)
    """
    first, *more = name.split(";")
    if not more and len(first) <= _LONGEST:
        return first
    return f"{first[: _LONGEST - 2]};…" if more else f"{first[: _LONGEST - 1]}…"


def shape_text(shape: tuple[int, ...]) -> str:
    """A shape as people write it."""
    return "x".join(map(str, shape)) or "scalar"


def peak_text(a: Analysis) -> str:
    """The peak in one or two sentences."""
    peak = a.peak
    layer = "a row is pushed in" if peak.layer is None else (
        f"layer {peak.layer} {a.layers[peak.layer].op} runs"
    )  # fmt: skip
    text = (
        f"{peak.nbytes:,} bytes are in use at step {peak.step:,}, where {layer}; "
        f"set by {listed('layer', peak.layers)}."
    )
    if peak.shared:
        text += f" {peak.shared:,} bytes are overwritten while they are consumed and count once."
    return text


def listed(noun: str, numbers: tuple[int, ...]) -> str:
    """Numbers in words, runs of them joined.

    >>> listed("layer", (1, 2, 3, 7)), listed("layer", (4,)), listed("layer", ())
    ('layers 1-3, 7', 'layer 4', 'the input')
    """
    if not numbers:
        return "the input"
    parts = []
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        found = [n for _, n in group]
        parts.append(str(found[0]) if len(found) == 1 else f"{found[0]}-{found[-1]}")
    return f"{noun}{'s' if len(numbers) > 1 else ''} {', '.join(parts)}"


def bound_text(a: Analysis) -> str:
    """The arena against its lower bound."""
    more = a.program.arena_bytes - a.lower_bound
    return f"the arena takes {more:,} B more, {a.overhead} %" if more else "the arena meets it"


def saving_text(a: Analysis) -> str:
    """This plan against the layer-by-layer one, in one sentence."""
    now, before = a.program.arena_bytes, a.baseline.arena_bytes
    if now == before:
        return f"This plan and the layer-by-layer plan both take {now:,} bytes."
    word = "less" if now < before else "more"
    return (
        f"Layer by layer the same planner needs {before:,} bytes; this plan needs {now:,}, "
        f"{abs(a.saving)} % {word}."
    )


def port_quant(port: Port) -> tuple[str, str]:
    """Scale and zero point as text; a dash for float tensors."""
    if port.quant is None:
        return "-", "-"
    if port.quant.per_channel:
        return "per channel", "per channel"
    return f"{port.quant.s:.9g}", str(port.quant.zp)


def printable(text: str) -> str:
    """Text that UTF-8 can say; file names may hold bytes that it cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")
