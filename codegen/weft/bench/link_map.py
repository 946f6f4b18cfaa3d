"""The code of each object file of a program, from the map that GNU ld writes. Knows no sources."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MAP = "Linker script and memory map"  # what was discarded is in front of it
_LOADED = re.compile(r"^LOAD (\S+)$", re.MULTILINE)
_CODE = re.compile(r"^ \.text\S*\s+0x[0-9a-f]+\s+0x([0-9a-f]+) (\S+)$", re.MULTILINE)


def code_bytes(text: str) -> Sequence[int]:
    """Bytes of code that each loaded file is in the program with, in the order of loading."""
    _, _, text = text.partition(_MAP)
    found = dict.fromkeys(_LOADED.findall(text), 0)
    for nbytes, loaded in _CODE.findall(text):
        if loaded in found:
            found[loaded] += int(nbytes, 16)
    return tuple(found.values())
