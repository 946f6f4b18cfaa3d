"""Traces against the reference: the verdict, and the first difference by name.

Of tensors that lost channels, those that are left are compared. What the compiler computed itself
is compared, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from weft.emit import HarnessView, Recorded
from weft.ir import Graph, Tensor, TensorId, describe
from weft.ops.base import Values
from weft.program import Program
from weft.verify.reference import Reference
from weft.verify.samples import Samples


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The first element that differs, by its place in the model's tensor."""

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
        return self.layers - len(self.bad_layers - {-1})

    @property
    def bit_exact(self) -> bool:
        """Whether nothing differs."""
        return self.first_mismatch is None


@dataclass(frozen=True, slots=True)
class _Probe:
    """A tensor that the trace holds; a view is recorded as what it shares its bytes with."""

    layer: int
    name: str
    tensor: TensorId
    recorded: Recorded


def compare(
    program: Program,
    view: HarnessView,
    samples: Samples,
    traces: Sequence[Values],
    reference: Reference,
) -> Verdict:
    """Compare the traces (bytes, one for each sample) with the reference, layer by layer."""
    probes = list(_probes(program, view))
    finals = [
        _Probe(-1, f'output "{program.graph[t].name}"', t, Recorded(port.base, port.nbytes))
        for t, port in zip(program.graph.outputs, view.outputs, strict=True)
    ]
    folded = list(_folded(program))
    verdict = Verdict(reference.name, len(traces), len({p.layer for p in probes}))
    for number, (inputs, trace) in enumerate(zip(samples.inputs, traces, strict=True)):
        if number % samples.sequence == 0:
            reference.reset()
        results = reference.run(inputs)
        sample = _Sample(program.graph, verdict, number, trace)
        for name, tensor in folded:
            assert tensor.origin is not None and tensor.const is not None
            sample.differ(-1, name, tensor, tensor.const, results[tensor.origin])
        for probe in (*probes, *finals):
            sample.judge(probe, results[_origin(program.graph, probe.tensor)])
        if samples.expected:
            for probe, stored in zip(finals, samples.expected[number], strict=True):
                sample.judge(probe, stored)
        verdict.samples_exact += sample.clean
    return verdict


def _origin(graph: Graph, tensor: TensorId) -> int:
    origin = graph[tensor].origin
    assert origin is not None, "only tensors of the model are compared"
    return origin


def _probes(program: Program, view: HarnessView) -> Iterator[_Probe]:
    """Every operator of the model whose output is in the trace, views included."""
    graph = program.graph
    for number, node in enumerate(graph.nodes):
        for t in node.outputs:
            owner = program.owner(t)
            if graph[t].origin is not None and owner in view.tensors:
                yield _Probe(number, describe(graph, node), t, view.tensors[owner])


def _folded(program: Program) -> Iterator[tuple[str, Tensor]]:
    """Tensors that the model computes and the program stores."""
    model = program.model
    makers = {model[t].origin: node for node in model.nodes for t in node.outputs}
    for tensor in program.graph.tensors:
        if tensor.const is not None and tensor.origin in makers:
            yield describe(model, makers[tensor.origin]), tensor


@dataclass(slots=True)
class _Sample:
    """The trace of one sample under comparison."""

    graph: Graph
    verdict: Verdict
    number: int
    trace: Values
    clean: bool = True

    def judge(self, probe: _Probe, expected: Values) -> None:
        """Compare one tensor, and note a difference in the verdict."""
        tensor = self.graph[probe.tensor]
        if tensor.channels is not None:
            expected = expected[..., tensor.channels]
        self.differ(probe.layer, probe.name, tensor, probe.recorded.data(self.trace), expected)

    def differ(self, layer: int, name: str, tensor: Tensor, raw: bytes, expected: Values) -> None:
        """Compare the bytes of a tensor."""
        wanted = np.asarray(expected, tensor.dtype.numpy)
        differs = np.frombuffer(raw, np.uint8) != np.frombuffer(wanted.tobytes(), np.uint8)
        if not differs.any():
            return
        self.clean = False
        self.verdict.bad_layers.add(layer)
        if self.verdict.first_mismatch is None:
            first = int(np.argmax(differs)) // tensor.dtype.size
            element = tuple(int(i) for i in np.unravel_index(first, wanted.shape))
            got = np.frombuffer(raw, tensor.dtype.numpy).reshape(wanted.shape)
            values = float(wanted[element]), float(got[element])
            if tensor.channels is not None:
                element = (*element[:-1], tensor.channels[element[-1]])
            self.verdict.first_mismatch = Mismatch(self.number, name, element, *values)
