"""Remove channels that are constant, equal to another, or read by nobody.

A network that was trained to be sparse, or whose activations never leave the clamp, computes and
stores much that no output depends on. What is constant for every input becomes part of biases;
what equals another channel is read there; and what then nobody reads is no longer computed, as
far back as that goes. Every remaining value is the same, bit for bit.

A constant that is not the zero point stays if a window reads it across the border of the image:
its sum there is another one. `merge_constants` sees to those.
"""

from __future__ import annotations

from weft.ir import Graph
from weft.passes.channels.fold import folded
from weft.passes.channels.live import all_live, live
from weft.passes.channels.prune import pruned


def dead_channels(graph: Graph) -> Graph:
    """The graph without channels that it does not need; inputs, outputs and states keep theirs."""
    while True:
        nodes, _ = folded(graph)
        found = live(graph, nodes)
        if all_live(found):
            return graph
        graph = pruned(graph, nodes, found)
