"""Graph rewrites, in the order in which they run. Each keeps every result, bit for bit."""

from __future__ import annotations

from collections.abc import Callable

from weft.ir import Graph
from weft.passes.separate_outputs import separate_outputs

PIPELINE: tuple[Callable[[Graph], Graph], ...] = (separate_outputs,)
