"""Which layers may have kernels that spend flash for speed, where a goal wants that.

Such a kernel can take several times the flash of another one, so all of them together have a
limit: those go first that gain most, which is about the multiplications for each byte.
"""

from __future__ import annotations

from weft.ir import Graph, TensorId
from weft.ops import REGISTRY
from weft.select.choose import Thrift, Thrifts, eligible
from weft.select.smallest import constants
from weft.target import Target

LAVISH_BYTES = 1 << 19
"""Flash that lavish kernels may take over what others need: half of what a large core has."""


def lavish(graph: Graph, target: Target) -> Thrifts:
    """The layers that may be lavish, by their first output."""
    offers = []
    for op, kernels in eligible(graph, target):
        if kernels[0].lavish:
            more = constants(kernels[0], op) - constants(kernels[1], op)
            offers.append((REGISTRY[op.node.op].macs(op) / max(1, more), more, op.node))
    found: dict[TensorId, Thrift] = {}
    spent = 0
    for _, more, node in sorted(offers, key=lambda offer: -offer[0]):
        if spent + more <= LAVISH_BYTES:
            found[node.outputs[0]] = Thrift(lavish=True)
            spent += more
    return found
