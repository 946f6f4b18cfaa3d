"""Choose a kernel for every node: the first whose needs the target meets and whose shapes fit."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from weft.ir import Graph, Node, TensorId
from weft.ops import REGISTRY, Geometry, Kernel, OpView, runs
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


class Thrift(enum.IntEnum):
    """How much memory kernels may take for their speed."""

    LAVISH = 0  # what they ask for; and those may be taken that spend flash for speed
    FAST = 1  # what they ask for
    SINGLE_ROWS = 2  # one row at a time, which keeps the rings of their inputs short
    FRUGAL = 3  # and portable kernels instead of those that want much scratch


Thrifts = Mapping[TensorId, Thrift]
"""By the first output of a node; FAST for a node that is not there."""

Sources = Set[str]
"""Files of runtime/src."""

_FRUGAL_SCRATCH = 512  # bytes that a frugal kernel may want for a step


def select(
    graph: Graph, target: Target, thrifts: Thrifts, avoided: Sources = frozenset()
) -> tuple[Call, ...]:
    """One call for each node that runs.

    No kernel of the sources that are to be `avoided` is chosen; every node has another.
    """
    calls = []
    for op, kernels in eligible(graph, target):
        thrift = thrifts.get(op.node.outputs[0], Thrift.FAST)
        calls.append(_choose(op, kernels, thrift, avoided))
    return tuple(calls)


def packed_anyway(graph: Graph) -> frozenset[TensorId]:
    """Tensors that lie whole and without gaps, whatever kernels read and write them.

    They belong to the caller or to the next inference, or are views or seen through one.
    """
    found = {*graph.results, *(s.before for s in graph.states)}
    for node in graph.nodes:
        if REGISTRY[node.op].view:
            found |= {*graph.activations(node), *node.outputs}
    return frozenset(found)


def eligible(graph: Graph, target: Target) -> Iterator[tuple[OpView, list[Kernel]]]:
    """Each node that runs, with the kernels that can run it on a target, fastest first."""
    whole = packed_anyway(graph)
    for node in graph.nodes:
        op, operator = OpView.of(graph, node), REGISTRY[node.op]
        if runs(node):
            yield (
                op,
                [
                    k
                    for k in operator.kernels
                    if k.needs <= target.features
                    and k.when(op)
                    and (not k.spreads or whole.issuperset(node.outputs))
                    and (k.pitched or all(t.pitch is None for t in op.outputs))
                ],
            )


def _thrifty(kernel: Kernel, op: OpView, thrift: Thrift) -> bool:
    if kernel.lavish:
        return thrift is Thrift.LAVISH
    frugal = not kernel.needs or thrift < Thrift.FRUGAL
    return frugal or kernel.scratch(op) <= _FRUGAL_SCRATCH


def _choose(op: OpView, kernels: Sequence[Kernel], thrift: Thrift, avoided: Sources) -> Call:
    kernel = next(k for k in kernels if _thrifty(k, op, thrift) and k.source not in avoided)
    return Call(
        op=op,
        kernel=kernel,
        geometry=kernel.rows(op),
        block=kernel.block(op) if thrift <= Thrift.FAST else 1,
        scratch=kernel.scratch(op),
        state=kernel.state(op),
    )


def next_thrift(call: Call, thrift: Thrift) -> Thrift | None:
    """The next thrift at which a call that was chosen at `thrift` asks for less, None for none."""
    if call.kernel.lavish:
        return Thrift.FAST
    if thrift <= Thrift.FAST and call.block > 1:
        return Thrift.SINGLE_ROWS
    if thrift < Thrift.FRUGAL and call.kernel.needs and call.scratch > _FRUGAL_SCRATCH:
        return Thrift.FRUGAL
    return None
