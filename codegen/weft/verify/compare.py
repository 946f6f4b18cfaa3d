"""Traces against the reference: the verdict, and the first difference by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from weft.emit import HarnessView
from weft.ir import Graph, Node, TensorId, describe
from weft.ops.base import Values
from weft.program import Program
from weft.verify.reference import Reference
from weft.verify.samples import Samples


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The first element that differs."""

    sample: int
    layer: str
    element: tuple[int, ...]
    expected: float
    got: float

    def __str__(self) -> str:
        return (
            f"sample {self.sample}, {self.layer}, element {list(self.element)}: "
            f"expected {self.expected:g}, got {self.got:g}"
        )


@dataclass(slots=True)
class Verdict:
    """How many samples and layers are exact. A layer is an operator of the model."""

    reference: str
    samples: int
    layers: int
    samples_exact: int = 0
    bad_layers: set[int] = field(default_factory=set)
    first_mismatch: Mismatch | None = None

    @property
    def layers_exact(self) -> int:
        """Layers without a difference in any sample."""
        return self.layers - len(self.bad_layers)

    @property
    def bit_exact(self) -> bool:
        """Whether nothing differs."""
        return self.first_mismatch is None


@dataclass(frozen=True, slots=True)
class _Probe:
    """A tensor that the trace holds."""

    layer: int
    name: str
    tensor: TensorId
    base: int


def compare(
    program: Program,
    view: HarnessView,
    samples: Samples,
    traces: Sequence[Values],
    reference: Reference,
) -> Verdict:
    """Compare the traces (bytes, one for each sample) with the reference, layer by layer."""
    probes = list(_probes(program, view))
    verdict = Verdict(reference.name, len(traces), len({p.layer for p in probes}))
    for number, (inputs, trace) in enumerate(zip(samples.inputs, traces, strict=True)):
        results = reference.run(inputs)
        clean = True
        for p in probes:
            origin = program.graph[p.tensor].origin
            assert origin is not None
            expected = results[origin]
            clean &= _judge(program.graph, verdict, number, p, expected, trace)
        for i, port in enumerate(view.outputs):
            t = program.graph.outputs[i]
            probe = _Probe(-1, f'output "{program.graph[t].name}"', t, port.base)
            stored = samples.expected[number][i] if samples.expected else None
            for expected in (results.get(program.graph[t].origin or 0), stored):
                if expected is not None:
                    clean &= _judge(program.graph, verdict, number, probe, expected, trace)
        verdict.samples_exact += clean
    return verdict


def _probes(program: Program, view: HarnessView) -> Iterator[_Probe]:
    """Every operator of the model whose output is in the trace, views included."""
    graph = program.graph
    for number, node in enumerate(graph.nodes):
        for t in node.outputs:
            owner = program.owner(t)
            if graph[t].origin is not None and owner in view.tensors:
                yield _Probe(number, _name(graph, node), t, view.tensors[owner])


def _name(graph: Graph, node: Node) -> str:
    return describe(graph, node)


def _judge(
    graph: Graph, verdict: Verdict, number: int, probe: _Probe, expected: Values, trace: Values
) -> bool:
    tensor = graph[probe.tensor]
    raw = trace[probe.base : probe.base + tensor.nbytes].tobytes()
    got = np.frombuffer(raw, tensor.dtype.numpy).reshape(tensor.shape)
    wanted = np.ascontiguousarray(expected, tensor.dtype.numpy).reshape(tensor.shape)
    if raw == wanted.tobytes():
        return True
    verdict.bad_layers.add(probe.layer)
    if verdict.first_mismatch is None:
        width = tensor.dtype.size
        differs = np.frombuffer(raw, np.uint8) != np.frombuffer(wanted.tobytes(), np.uint8)
        element = np.unravel_index(int(np.argmax(differs)) // width, tensor.shape)
        verdict.first_mismatch = Mismatch(
            number,
            probe.name,
            tuple(int(i) for i in element),
            float(wanted[element]),
            float(got[element]),
        )
    return False
