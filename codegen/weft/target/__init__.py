"""A target is data: one TOML file in this folder, no code."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
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
    code_origin: int  # code and constants
    code_bytes: int
    ram_origin: int
    ram_bytes: int
    clock_hz: int  # of the emulated processor
    vectors_origin: int | None = None  # of the vector table; None: at the start of the code


@dataclass(frozen=True, slots=True)
class Target:
    """What the compiler needs to know about a microcontroller."""

    name: str
    description: str
    features: frozenset[str]
    row_alignment: int  # bytes; rows of bands start at multiples of it
    cflags: tuple[str, ...]
    emulator: Emulator | None


VARIANTS: dict[str, frozenset[str]] = {"portable": frozenset(), "dsp": frozenset({"dsp"})}
"""Kernel sets that run anywhere, the host included: the features that their kernels may need.
Off the core that has them, intrinsics are exact C (runtime/include/weft/simd.h)."""

_DSP_ALIGNMENT = 4  # bytes: DSP kernels read words from the start of rows


def with_variant(target: Target, variant: str | None) -> Target:
    """The target with the kernels of a variant instead of its own; None changes nothing."""
    if variant is None:
        return target
    if variant not in VARIANTS:
        raise CompileError(f"unknown variant {variant!r}", hint=f"known: {', '.join(VARIANTS)}")
    features = VARIANTS[variant]
    alignment = max(target.row_alignment, _DSP_ALIGNMENT if features else 1)
    return replace(target, features=features, row_alignment=alignment)


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
