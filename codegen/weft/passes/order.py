"""Put operators in the order with the least peak of memory, where the graph leaves freedom.

Counts whole tensors, as if layers ran one after the other: the driver plans both orders and keeps
the model's own unless the other one has the smaller arena.
"""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict
from dataclasses import dataclass, replace

from weft.ir import Graph, Node, TensorId
from weft.ops import REGISTRY

_MOST_STATES = 5_000  # sets of operators to look at; real graphs need far fewer


@dataclass(frozen=True, slots=True)
class _Storage:
    """Bytes that are in use from the operator that makes them to the last that reads them."""

    size: int
    readers: int  # a bit for each operator; one that never runs stands for who comes later


@dataclass(frozen=True, slots=True)
class _Operator:
    """What an operator waits for and what it does to the memory in use."""

    after: int  # operators that have to be done, a bit for each
    following: tuple[int, ...]  # operators that wait for it
    made: int  # bytes of its outputs
    touched: tuple[_Storage, ...]  # what it reads or writes, and may be the last to read

    def freed(self, done: int) -> int:
        """Bytes that nobody wants any more when these operators are done, this one the last."""
        return sum(s.size for s in self.touched if not s.readers & ~done)


@dataclass(frozen=True, slots=True)
class _State:
    """Some operators are done."""

    done: int  # a bit for each
    live: int  # bytes in use
    ready: tuple[int, ...]  # operators that could be next, in the model's order
    last: int = -1  # the operator that was done last, and the state before it
    previous: _State | None = None


def order(graph: Graph) -> Graph:
    """The graph in the order with the least peak, its own order if there is no better one."""
    operators, inputs = _operators(graph)
    best = _least_peak(operators, inputs, _peak(operators, inputs))
    return graph if best is None else replace(graph, nodes=tuple(graph.nodes[i] for i in best))


def _operators(graph: Graph) -> tuple[list[_Operator], int]:
    """All operators, and the bytes of the model's inputs. States are in use all the time."""
    owner, waits = _owners(graph), _waits(graph)
    readers = dict.fromkeys(owner.values(), 0)
    makers = {owner[t]: -1 for t in graph.inputs}
    following = defaultdict[int, list[int]](list)
    for i, node in enumerate(graph.nodes):
        for t in _counted(graph, owner, node):
            readers[t] |= 1 << i
        for t in node.outputs:
            makers.setdefault(owner[t], i)
        for before in sorted(waits[i]):
            following[before].append(i)
    for t in set(graph.results) & owner.keys():
        readers[owner[t]] |= 1 << len(graph.nodes)
    found = []
    for i, node in enumerate(graph.nodes):
        touched = _counted(graph, owner, node)
        storages = tuple(_Storage(graph[t].nbytes, readers[t]) for t in touched)
        made = sum(graph[t].nbytes for t in touched if makers[t] == i)
        after = sum(1 << before for before in waits[i])
        found.append(_Operator(after, tuple(following[i]), made, storages))
    return found, sum(graph[t].nbytes for t in graph.inputs)


def _owners(graph: Graph) -> dict[TensorId, TensorId]:
    """For each input and what comes of it the tensor whose bytes it shares: a view's is another."""
    owner = {t: t for t in graph.inputs}
    for node in graph.nodes:
        view, source = REGISTRY[node.op].view, node.inputs[0] if node.inputs else None
        for t in node.outputs:
            owner[t] = owner.get(source, t) if view and source is not None else t
    return owner


def _counted(graph: Graph, owner: dict[TensorId, TensorId], node: Node) -> tuple[TensorId, ...]:
    """The different tensors with bytes of their own that a node reads or writes."""
    touched = (t for t in (*graph.activations(node), *node.outputs) if t in owner)
    return tuple(dict.fromkeys(owner[t] for t in touched))


def _waits(graph: Graph) -> list[set[int]]:
    """For each operator those that have to be done: it reads what they make.

    Who reads a state and who changes it stay in the model's order.
    """
    maker = {t: i for i, node in enumerate(graph.nodes) for t in node.outputs}
    found = [{maker[t] for t in n.inputs if t in maker} for n in graph.nodes]
    changes = [(s.before, s.after) for s in graph.states]
    changes += [pair for node in graph.nodes for pair in node.updated]
    for before, after in changes:
        readers = (i for i, node in enumerate(graph.nodes) if before in node.inputs)
        for reader in readers:
            first, last = sorted((reader, maker.get(after, reader)))
            found[last] |= {first} - {last}
    return found


def _peak(operators: list[_Operator], inputs: int) -> int:
    """The most bytes in use at once in the model's order."""
    done, live, peak = 0, inputs, inputs
    for i, operator in enumerate(operators):
        peak = max(peak, live + operator.made)
        done |= 1 << i
        live += operator.made - operator.freed(done)
    return peak


def _after(operators: list[_Operator], state: _State, i: int) -> _State:
    """The state when operator `i` is done, too."""
    operator, done = operators[i], state.done | 1 << i
    new = (k for k in operator.following if not operators[k].after & ~done)
    ready = tuple(sorted({*state.ready, *new} - {i}))
    live = state.live + operator.made - operator.freed(done)
    return _State(done, live, ready, i, state)


def _least_peak(operators: list[_Operator], inputs: int, limit: int) -> list[int] | None:
    """The order with the least peak below `limit`, None if none is found.

    States come by the peak that it takes to reach them, so the first that is complete is best.
    """
    first = _State(0, inputs, tuple(i for i, op in enumerate(operators) if not op.after))
    queue, numbers, seen = [(inputs, 0, 0, first)], itertools.count(1), set[int]()
    while queue and len(seen) < _MOST_STATES:
        peak, _, _, state = heapq.heappop(queue)
        state = _without_cost(operators, state, peak)
        if state.done in seen:
            continue
        seen.add(state.done)
        if not state.ready:
            return _path(state)
        for i in state.ready:
            needed = max(peak, state.live + operators[i].made)
            if needed < limit:
                following = _after(operators, state, i)
                entry = (needed, -following.done.bit_count(), next(numbers), following)
                heapq.heappush(queue, entry)
    return None


def _without_cost(operators: list[_Operator], state: _State, peak: int) -> _State:
    """The state after all operators that need no higher peak and leave no more bytes in use.

    To run such a one at once is never worse than later.
    """
    while True:
        cheap = (i for i in state.ready if state.live + operators[i].made <= peak)
        tried = (_after(operators, state, i) for i in cheap)
        following = next((x for x in tried if x.live <= state.live), None)
        if following is None:
            return state
        state = following


def _path(state: _State) -> list[int]:
    """The operators that led to a state, first to last."""
    found = list[int]()
    while state.previous is not None:
        found.append(state.last)
        state = state.previous
    return found[::-1]
