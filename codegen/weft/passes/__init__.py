"""Graph rewrites, in the order in which they run. Each keeps every result, bit for bit."""

from __future__ import annotations

from collections.abc import Callable

from weft.ir import Graph
from weft.passes.drop_views import drop_views
from weft.passes.fold_pad import fold_pad
from weft.passes.separate_outputs import separate_outputs
from weft.passes.upright import upright

PIPELINE: tuple[Callable[[Graph], Graph], ...] = (
    upright,
    drop_views,
    fold_pad,
    separate_outputs,
)
