"""Choose a kernel for every node: the first whose needs the target meets and whose shapes fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from weft.ir import Graph, Node, TensorId
from weft.ops import REGISTRY, Geometry, Kernel, OpView, runs
from weft.target import Target

_MAC_CYCLES = 3  # of a kernel that needs features and does not say how many cycles it takes
_PORTABLE_MAC_CYCLES = 8


@dataclass(frozen=True, slots=True)
class Call:
    """A kernel chosen for a node, and what it asks for. Bytes for scratch and state."""

    op: OpView
    kernel: Kernel
    geometry: Geometry
    block: int  # output rows per step
    scratch: int
    state: int
    kernels: Sequence[Kernel]  # all that can run the node, fastest first

    @property
    def node(self) -> Node:
        """The node that the kernel runs."""
        return self.op.node

    @property
    def cycles(self) -> int:
        """Roughly, of an inference; to compare with other calls for the same node."""
        if self.kernel.cycles is not None:
            return self.kernel.cycles(self.op, self.block)
        macs = REGISTRY[self.node.op].macs(self.op)
        return macs * (_MAC_CYCLES if self.kernel.needs else _PORTABLE_MAC_CYCLES)


@dataclass(frozen=True, slots=True)
class Thrift:
    """How much memory a kernel may take for its speed: what it asks for, or less."""

    lavish: bool = False  # it may spend flash, too
    single_rows: bool = False  # one row at a time, which keeps the rings of its inputs short
    scratch: int | None = None  # bytes, at most, but for portable kernels; None: any
    least: bool = False  # the least scratch, but for portable kernels

    def joined(self, other: Thrift) -> Thrift:
        """As thrifty as both."""
        limits = [x for x in (self.scratch, other.scratch) if x is not None]
        return Thrift(
            lavish=self.lavish and other.lavish,
            single_rows=self.single_rows or other.single_rows,
            scratch=min(limits, default=None),
            least=self.least or other.least,
        )


_FRUGAL_SCRATCH = 512  # bytes that are no reason for a portable kernel

FAST = Thrift()
FRUGAL = Thrift(single_rows=True, scratch=_FRUGAL_SCRATCH, least=True)

Thrifts = Mapping[TensorId, Thrift]
"""By the first output of a node; FAST for a node that is not there."""

Sources = Set[str]
"""Files of runtime/src."""


def select(
    graph: Graph, target: Target, thrifts: Thrifts, avoided: Sources = frozenset()
) -> tuple[Call, ...]:
    """One call for each node that runs.

    No kernel of the sources that are to be `avoided` is chosen; every node has another.
    """
    calls = []
    for op, kernels in eligible(graph, target):
        thrift = thrifts.get(op.node.outputs[0], FAST)
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


def thriftier(call: Call, thrift: Thrift) -> Iterator[tuple[Thrift, Call, Call]]:
    """The next thrifts for a call that was chosen at `thrift`, with the calls before and after.

    Those with less scratch come one after the other, down to the least.
    """
    if call.kernel.lavish:
        yield _step(call, replace(thrift, lavish=False))
    if call.block > 1:
        yield _step(call, replace(thrift, single_rows=True))
    while call.kernel.needs and call.scratch > 0:
        step = _step(call, replace(thrift, scratch=call.scratch - 1))
        _, before, call = step
        if before.scratch <= _FRUGAL_SCRATCH and not call.kernel.needs:
            return
        yield step


def _step(call: Call, thrift: Thrift) -> tuple[Thrift, Call, Call]:
    return thrift, call, _choose(call.op, call.kernels, thrift, frozenset())


def _thrifty(kernel: Kernel, op: OpView, thrift: Thrift) -> bool:
    if kernel.lavish and not thrift.lavish:
        return False
    return thrift.scratch is None or not kernel.needs or kernel.scratch(op) <= thrift.scratch


def _choose(op: OpView, kernels: Sequence[Kernel], thrift: Thrift, avoided: Sources) -> Call:
    fitting = (k for k in kernels if _thrifty(k, op, thrift) and k.source not in avoided)
    kernel = next(fitting)
    if thrift.least and kernel.needs:
        kernel = min([kernel, *(k for k in fitting if k.needs)], key=lambda k: k.scratch(op))
    return Call(
        op=op,
        kernel=kernel,
        geometry=kernel.rows(op),
        block=1 if thrift.single_rows else kernel.block(op),
        scratch=kernel.scratch(op),
        state=kernel.state(op),
        kernels=kernels,
    )
