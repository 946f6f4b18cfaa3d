"""Graph rewrites, in the order in which they run. Each keeps every result, bit for bit."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from weft.errors import CompileError
from weft.ir import Graph
from weft.passes.caller_inputs import INPUT_TYPES, caller_inputs, stored_input
from weft.passes.changes import changes
from weft.passes.crop_filters import crop_filters
from weft.passes.dead_channels import dead_channels
from weft.passes.dead_operators import dead_operators
from weft.passes.depthwise_groups import depthwise_groups
from weft.passes.dilations import dilations
from weft.passes.drop_views import drop_views
from weft.passes.fold_constants import fold_constants
from weft.passes.fold_pad import fold_pad
from weft.passes.fuse_clamps import fuse_clamps
from weft.passes.merge_constants import merge_constants
from weft.passes.merge_tables import merge_tables
from weft.passes.order import order
from weft.passes.quantized_states import quantized_states
from weft.passes.reorder_weights import reorder_weights
from weft.passes.separate_outputs import separate_outputs
from weft.passes.separate_parts import separate_parts
from weft.passes.share import share
from weft.passes.transposes import transposes
from weft.passes.upright import upright

Pass = Callable[[Graph], Graph]

PIPELINE: tuple[Pass, ...] = (
    fold_constants,
    dead_operators,
    share,
    quantized_states,
    transposes,
    reorder_weights,
    dilations,
    depthwise_groups,
    upright,
    drop_views,
    separate_parts,
    fuse_clamps,
    merge_tables,
    fold_pad,
    crop_filters,
    separate_outputs,
    dead_channels,  # late: padding is part of convolutions by now, and few views are left
    merge_constants,
    order,
)

_REQUIRED = (fold_constants, separate_outputs)
"""What the following stages rely on, where these find something to do."""

NAMES = tuple(rewrite.__name__ for rewrite in PIPELINE)


def chosen(graph: Graph, names: Iterable[str] | None, without: Iterable[str]) -> list[Pass]:
    """The passes to run on a graph: those named, or all for None, less those left out."""
    wanted, unwanted = set(NAMES if names is None else names), set(without)
    for name in sorted((wanted | unwanted) - set(NAMES)):
        raise CompileError(f"unknown pass {name!r}", hint=f"known: {', '.join(NAMES)}")
    found = [rewrite for rewrite in PIPELINE if rewrite.__name__ in wanted - unwanted]
    for rewrite in _REQUIRED:
        if rewrite not in found and rewrite(graph) != graph:
            raise CompileError(f"the model cannot be compiled without pass {rewrite.__name__}")
    return found


__all__ = [
    "INPUT_TYPES",
    "NAMES",
    "PIPELINE",
    "Pass",
    "caller_inputs",
    "changes",
    "chosen",
    "fold_constants",
    "order",
    "stored_input",
    "upright",
]
