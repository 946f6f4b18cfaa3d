"""A target is data: one TOML file in this folder, no code."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from weft.errors import CompileError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_DIR = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Emulator:
    """How firmware for a target is built and run under QEMU."""

    compiler: str
    qemu: str
    machine: str
    code_origin: int  # where the machine starts: vector table, code and constants
    code_bytes: int
    ram_origin: int
    ram_bytes: int


@dataclass(frozen=True, slots=True)
class Target:
    """What the compiler needs to know about a microcontroller."""

    name: str
    description: str
    features: frozenset[str]
    row_alignment: int  # bytes; rows of bands start at multiples of it
    cflags: tuple[str, ...]
    emulator: Emulator | None


def names() -> list[str]:
    """All targets, sorted."""
    return sorted(p.stem for p in _DIR.glob("*.toml"))


def load(name: str) -> Target:
    """One target by name; CompileError when there is none of that name."""
    if name not in names():
        raise CompileError(f"unknown target {name!r}", hint=f"known: {', '.join(names())}")
    raw = tomllib.loads((_DIR / f"{name}.toml").read_text(encoding="utf-8"))
    emulator = raw.pop("emulator", None)
    return Target(
        name=name,
        description=raw.pop("description"),
        features=frozenset(raw.pop("features")),
        row_alignment=raw.pop("row_alignment"),
        cflags=tuple(raw.pop("cflags")),
        emulator=Emulator(**emulator) if emulator else None,
    )
