"""What results should be: the reference interpreter where installed, else weft's own formulas."""

from __future__ import annotations

import importlib
import importlib.metadata
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from weft.ir import Graph, Node, Tensor, TensorId, describe
from weft.ops import REGISTRY, OpView
from weft.ops.base import Values
from weft.passes import fold_constants, stored_input
from weft.verify.samples import make_samples
from weft.verify.sanitize import loadable

Results = dict[int, Values]
"""Values of the model's tensors by their number in the model."""

_PACKAGE = "ai-edge-litert"
_EXACT_VERSION = "1.2.0"  # later ones round FULLY_CONNECTED differently: docs/numerics.md


class Reference(Protocol):
    """Runs a model and gives every tensor. One inference finds the state that the last one left."""

    name: str

    def run(self, inputs: Sequence[Values]) -> Results:
        """All tensors of one inference."""
        ...

    def reset(self) -> None:
        """The next inference is the first."""
        ...


class NumpyReference:
    """weft's own formulas, operator by operator."""

    name = "weft NumPy reference"

    def __init__(self, graph: Graph) -> None:
        self.graph = fold_constants(graph)  # operators find constant weights in their tensors
        self.reset()

    def reset(self) -> None:
        """The next inference is the first."""
        self.found = [s.initial for s in self.graph.states]

    def run(self, inputs: Sequence[Values]) -> Results:
        """All tensors of one inference."""
        graph = self.graph
        values: list[Values | None] = [None if t.const is None else t.data for t in graph.tensors]
        for t, value in zip(graph.inputs, inputs, strict=True):
            values[t] = value
        for s, found in zip(graph.states, self.found, strict=True):
            values[s.before] = _as_tensor(found, graph[s.before])
        for node in graph.nodes:
            given = [None if t is None else values[t] for t in node.inputs]
            made = REGISTRY[node.op].reference(OpView.of(graph, node), given)
            for t, value in zip(node.outputs, made, strict=True):
                values[t] = value
        self.found = [np.asarray(values[s.after]).tobytes() for s in graph.states]
        return {
            t.origin: value
            for t, value in zip(graph.tensors, values, strict=True)
            if t.origin is not None and value is not None
        }


def _as_tensor(data: bytes, tensor: Tensor) -> Values:
    return np.frombuffer(data, tensor.dtype.numpy).reshape(tensor.shape)


class LiteRtReference:
    """The reference kernels of LiteRT, which give the bits of TensorFlow Lite Micro."""

    name = f"{_PACKAGE} {_EXACT_VERSION} BUILTIN_REF"

    def __init__(self, model: bytes, graph: Graph) -> None:
        self.graph = graph
        self.inputs = [stored_input(graph, t) for t in graph.inputs]
        origins = [origin for origin, _ in self.inputs]
        self.model = loadable(model, origins, graph.subgraph)
        self.interpreter = self._fresh()

    def _fresh(self) -> Any:
        runtime: Any = importlib.import_module("ai_edge_litert.interpreter")
        interpreter = runtime.Interpreter(
            model_content=self.model,
            experimental_op_resolver_type=runtime.OpResolverType.BUILTIN_REF,
            experimental_preserve_all_tensors=True,
        )
        interpreter.allocate_tensors()
        return interpreter

    def try_out(self) -> None:
        """One inference: operators may find out only then that they cannot. Raises RuntimeError."""
        self.run(
            [np.zeros(self.graph[t].shape, self.graph[t].dtype.numpy) for t in self.graph.inputs]
        )
        self.reset()

    def reset(self) -> None:
        """The next inference is the first: a new interpreter, as it cannot reset resources."""
        if self.graph.states:
            self.interpreter = self._fresh()

    def run(self, inputs: Sequence[Values]) -> Results:
        """All tensors of one inference."""
        for (origin, unsigned), value in zip(self.inputs, inputs, strict=True):
            given = (value ^ 0x80).view(np.int8) if unsigned else value
            self.interpreter.set_tensor(origin, given)
        self.interpreter.invoke()
        made = {*self.graph.outputs, *(t for node in self.graph.nodes for t in node.outputs)}
        tensors = [self.graph[t] for t in sorted(made)]
        return {
            t.origin: np.array(self.interpreter.get_tensor(t.origin)).reshape(t.shape)
            for t in tensors
            if t.origin is not None
        }


class UndisputedReference:
    """The interpreter, but weft's formulas behind each node whose result does not count there."""

    def __init__(
        self, interpreter: LiteRtReference, graph: Graph, disputed: Sequence[Node]
    ) -> None:
        first = disputed[0]
        reason = REGISTRY[first.op].disputed(OpView.of(graph, first))
        where = describe(graph, first)
        self.name = f"{interpreter.name}, but with weft's formulas from {where} on, as {reason}"
        self.interpreter, self.formulas = interpreter, NumpyReference(graph)
        followers = _followers(graph, {t for node in disputed for t in node.outputs})
        self.own = {graph[t].origin for t in followers}

    def reset(self) -> None:
        """The next inference is the first."""
        self.interpreter.reset()
        self.formulas.reset()

    def run(self, inputs: Sequence[Values]) -> Results:
        """All tensors of one inference."""
        found = self.interpreter.run(inputs)
        kept = {origin: values for origin, values in found.items() if origin not in self.own}
        return self.formulas.run(inputs) | kept


def _followers(graph: Graph, seeds: set[TensorId]) -> set[TensorId]:
    """The tensors that depend on others, also through what inferences leave to the next."""
    found: set[TensorId] = set()
    while seeds - found:
        found |= seeds
        for node in graph.nodes:
            if not found.isdisjoint(t for t in node.inputs if t is not None):
                found |= set(node.outputs)
        seeds = {s.before for s in graph.states if s.after in found}
    return found


def golden_vectors(graph: Graph, count: int) -> list[tuple[tuple[Values, ...], tuple[Values, ...]]]:
    """Inputs and outputs of `count` inferences in a row by weft's own formulas, for a self-test."""
    reference = NumpyReference(graph)
    found = []
    for inputs in make_samples(graph, count).inputs:
        results = reference.run(inputs)
        outputs = (graph[t].origin for t in graph.outputs)
        found.append((inputs, tuple(results[o] for o in outputs if o is not None)))
    return found


def find_reference(model: bytes, graph: Graph) -> Reference:
    """The interpreter, if the version that is exact is installed and takes the model."""
    try:
        installed = importlib.metadata.version(_PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return NumpyReference(graph)
    if installed != _EXACT_VERSION:
        return NumpyReference(graph)
    views = [OpView.of(graph, node) for node in graph.nodes]
    disputed = [op.node for op in views if REGISTRY[op.node.op].disputed(op)]
    if any(REGISTRY[op.node.op].harmful(op) for op in views):
        return NumpyReference(graph)
    try:
        interpreter = LiteRtReference(model, graph)
        interpreter.try_out()
    except (ValueError, RuntimeError, ImportError):
        return NumpyReference(graph)
    return UndisputedReference(interpreter, graph, disputed) if disputed else interpreter
