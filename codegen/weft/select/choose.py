"""Choose a kernel for every node: the first whose needs the target meets and whose shapes fit."""

from __future__ import annotations

from dataclasses import dataclass

from weft.ir import Graph, Node
from weft.ops import REGISTRY, Geometry, Kernel, OpView
from weft.target import Target


@dataclass(frozen=True, slots=True)
class Call:
    """A kernel chosen for a node, and what it asks for. Bytes for scratch and state."""

    op: OpView
    kernel: Kernel
    geometry: Geometry
    block: int  # output rows per step
    scratch: int
    state: int

    @property
    def node(self) -> Node:
        """The node that the kernel runs."""
        return self.op.node


_FRUGAL_SCRATCH = 512  # bytes that a frugal kernel may want for a step


def select(graph: Graph, target: Target, *, frugal: bool = False) -> tuple[Call, ...]:
    """One call for each node that runs; views run nothing and have none.

    `frugal` passes over kernels that want much scratch, or several rows at a time, which makes
    the rings of their inputs longer.
    """
    return tuple(
        _choose(OpView.of(graph, node), target, frugal)
        for node in graph.nodes
        if not REGISTRY[node.op].view
    )


def _is_frugal(kernel: Kernel, op: OpView) -> bool:
    return kernel.scratch(op) <= _FRUGAL_SCRATCH and kernel.block(op) == 1


def _choose(op: OpView, target: Target, frugal: bool) -> Call:
    kernel = next(
        k
        for k in REGISTRY[op.node.op].kernels
        if k.needs <= target.features and k.when(op) and (not frugal or _is_frugal(k, op))
    )
    return Call(
        op=op,
        kernel=kernel,
        geometry=kernel.rows(op),
        block=kernel.block(op),
        scratch=kernel.scratch(op),
        state=kernel.state(op),
    )
