"""From counted blocks to instructions and estimated cycles, by the published timings of a core.

The timings are data, a file for each target. An estimate knows no caches, no wait states and no
interlocks but that of loads.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weft.bench.disassembly import Instruction
from weft.errors import CompileError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_DIR = Path(__file__).parent / "timings"
_CONDITIONS = "eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le"


@dataclass(frozen=True, slots=True)
class Rule:
    """What instructions of one kind cost, in cycles."""

    mnemonic: re.Pattern[str]
    operands: re.Pattern[str]
    cycles: int
    per_register: int
    taken: int  # more when the jump is taken
    after_load: int | None  # instead, right behind another load; None: no load

    def applies(self, instruction: Instruction) -> bool:
        """Whether the instruction is of this kind."""
        named = self.mnemonic.fullmatch(instruction.mnemonic)
        return named is not None and self.operands.search(instruction.operands) is not None


@dataclass(frozen=True, slots=True)
class Timings:
    """The timings of one core."""

    note: str
    disassembler: tuple[str, ...]  # options for objdump
    rules: tuple[Rule, ...]

    def rule(self, instruction: Instruction) -> Rule:
        """The first rule that applies; the last applies to all."""
        return next(rule for rule in self.rules if rule.applies(instruction))


@dataclass(frozen=True, slots=True)
class Block:
    """Instructions that ran one after the other, in one part of the program."""

    first: int  # address of the first instruction
    last: int  # and of the last
    part: int
    executions: int
    taken: int  # how often the jump at the end was taken


@dataclass(frozen=True, slots=True)
class Cost:
    """What a part of the program took."""

    instructions: int = 0
    cycles: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.instructions + other.instructions, self.cycles + other.cycles)


def load_timings(target: str) -> Timings:
    """The timings of a target by name."""
    path = _DIR / f"{target}.toml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in _DIR.glob("*.toml")))
        raise CompileError(f"target {target} has no instruction timings", hint=f"known: {known}")
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    rules = tuple(_rule(entry) for entry in raw["rules"])
    if "before" in raw:
        rules += load_timings(raw["before"]).rules
    return Timings(raw["note"], tuple(raw.get("disassembler", ())), rules)


def _rule(raw: dict[str, Any]) -> Rule:
    return Rule(
        mnemonic=re.compile(raw["match"].replace("{cond}", f"({_CONDITIONS})")),
        operands=re.compile(raw.get("operands", "")),
        cycles=raw["cycles"],
        per_register=raw.get("per_register", 0),
        taken=raw.get("taken", 0),
        after_load=raw.get("after_load"),
    )


def costs(
    blocks: Iterable[Block], code: Mapping[int, Instruction], timings: Timings, parts: int
) -> list[Cost]:
    """What each part took; the parts are numbered from 0."""
    ran = list(blocks)
    prices = _prices(ran, code, timings)
    found = [Cost()] * parts
    for block in ran:
        inside = list(_instructions(block, code))
        cycles = sum(prices[x.address] for x in inside) * block.executions
        jump = timings.rule(inside[-1]).taken * block.taken
        found[block.part] += Cost(len(inside) * block.executions, cycles + jump)
    return found


def _prices(
    blocks: Iterable[Block], code: Mapping[int, Instruction], timings: Timings
) -> dict[int, int]:
    """Cycles of each instruction that ran, without jumps taken."""
    prices: dict[int, int] = {}
    load_end = -1  # where the load before ends
    for address in sorted({x.address for block in blocks for x in _instructions(block, code)}):
        instruction = code[address]
        rule = timings.rule(instruction)
        cycles = rule.cycles + rule.per_register * instruction.registers
        if rule.after_load is not None:
            if address == load_end:
                cycles = rule.after_load
            load_end = address + instruction.nbytes
        prices[address] = cycles
    return prices


def _instructions(block: Block, code: Mapping[int, Instruction]) -> Iterator[Instruction]:
    at = block.first
    while at <= block.last:
        yield code[at]
        at += code[at].nbytes
