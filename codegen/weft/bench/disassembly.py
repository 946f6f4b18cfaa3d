"""The instructions of a program, from the text that objdump prints. Knows no timings."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE = re.compile(r"\s*([0-9a-f]+):\t([0-9a-f ]+?)\s*\t(\S+)(?:\t(.*))?$")
_NAMED = {"sb": 9, "sl": 10, "fp": 11, "ip": 12, "sp": 13, "lr": 14, "pc": 15}


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction; the mnemonic has no width (.w, .n) and no type (.f32)."""

    address: int
    nbytes: int
    mnemonic: str
    operands: str

    @property
    def registers(self) -> int:
        """How many registers its register list holds; 1 without a list."""
        listed = re.search(r"\{(.*)\}", self.operands)
        return sum(map(_span, listed[1].split(","))) if listed else 1


def parse(text: str) -> dict[int, Instruction]:
    """Address -> instruction, from `objdump -d -w`.

    >>> parse("    8000:\\tb510      \\tpush\\t{r4, lr}")[0x8000].registers
    2
    """
    found = {}
    for line in text.splitlines():
        if match := _LINE.match(line):
            address, code = int(match[1], 16), match[2].replace(" ", "")
            operands = re.split("[;@]", match[4] or "")[0].strip()
            mnemonic = match[3].split(".")[0]
            found[address] = Instruction(address, len(code) // 2, mnemonic, operands)
    return found


def _span(part: str) -> int:
    """Registers in one part of a list: r4 is 1, r4-r7 is 4."""
    first, _, last = part.strip().partition("-")
    return _number(last) - _number(first) + 1 if last else 1


def _number(register: str) -> int:
    return _NAMED[register] if register in _NAMED else int(register[1:])
