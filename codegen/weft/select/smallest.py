"""Kernels that take the least flash together: their code, which layers share, and constants.

Code counts once however many layers call it, so the choice is made for the whole graph.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from weft.ir import Graph
from weft.ops import Kernel, OpView
from weft.select.choose import Sources, eligible
from weft.target import Target

_IMPOSSIBLE = 1 << 40  # bytes

CODE_BYTES = Path(__file__).with_name("code_bytes.json")

Option = tuple[str, Sources, int]
"""A kernel for a node: its source file, all that it needs, and the bytes of its constants."""


@cache
def code_bytes() -> Mapping[str, int]:
    """Bytes of code of each source file that kernels need, for a Cortex-M4 at -O2.

    Measured and checked by benchmarks/code_bytes.py. Other cores have others, alike in proportion.
    """
    sizes: Mapping[str, int] = json.loads(CODE_BYTES.read_text(encoding="utf-8"))
    return sizes


def smallest(graph: Graph, target: Target) -> Sources:
    """The source files to avoid for the least flash.

    Alternatives of one kind of node after those of another, whichever saves most, as long as the
    total becomes less.
    """
    nodes = [
        [(k.source, k.sources, constants(k, op)) for k in kernels if not k.lavish]
        for op, kernels in eligible(graph, target)
    ]
    kinds = {tuple(sorted({source for source, _, _ in options})) for options in nodes}
    avoided: frozenset[str] = frozenset()
    least = _total(nodes, avoided)
    while True:
        further = [avoided | set(some) for kind in sorted(kinds) for some in _subsets(kind)]
        found = min(further, key=lambda sources: _total(nodes, sources), default=avoided)
        if _total(nodes, found) >= least:
            return avoided
        avoided, least = found, _total(nodes, found)


def _subsets(sources: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """All but the whole: some kernel has to be left."""
    for count in range(1, len(sources)):
        yield from itertools.combinations(sources, count)


def constants(kernel: Kernel, op: OpView) -> int:
    """Bytes of a kernel's constants."""
    return sum(v.nbytes for v in kernel.params(op).values() if isinstance(v, np.ndarray))


def _total(nodes: Sequence[Sequence[Option]], avoided: Sources) -> int:
    """Bytes of code and constants; far too many when some node has no kernel left.

    A node takes the first kernel that it can, as `select` does.
    """
    none: Option = ("", frozenset(), _IMPOSSIBLE)
    chosen = [next((o for o in options if o[0] not in avoided), none) for options in nodes]
    needed = frozenset[str]().union(*(sources for _, sources, _ in chosen))
    code = sum(code_bytes().get(source, 0) for source in needed)
    return code + sum(size for _, _, size in chosen)
