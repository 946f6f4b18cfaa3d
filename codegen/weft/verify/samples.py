"""Inputs to verify with: random and edge cases, or the user's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from weft.errors import CompileError
from weft.ir import DType, Graph, Tensor, TensorId
from weft.ops import REGISTRY, OpView
from weft.ops.base import Values

_SEED = 1
_SEQUENCE = 5  # odd: inferences that go step by step come first and second in turn


@dataclass(frozen=True, slots=True)
class Samples:
    """For each sample one array for each graph input; `expected` outputs where they are known.

    `sequence` samples run in a row with the state that each leaves to the next; before every
    `sequence`-th comes a reset.
    """

    inputs: tuple[tuple[Values, ...], ...]
    expected: tuple[tuple[Values, ...], ...] | None = None
    sequence: int = 1


def make_samples(graph: Graph, count: int) -> Samples:
    """All-least, all-greatest, alternating, then random values; the same ones every time."""
    rng = np.random.default_rng(_SEED)
    return Samples(
        tuple(
            tuple(_sample(graph, t, number, rng) for t in graph.inputs) for number in range(count)
        ),
        sequence=_SEQUENCE if graph.states else 1,
    )


def _sample(graph: Graph, t: TensorId, number: int, rng: np.random.Generator) -> Values:
    tensor = graph[t]
    low, high = _range(graph, t)
    if number < 3:
        pattern = np.array([[low, low], [high, high], [low, high]][number])
        values = np.resize(pattern, tensor.elements)
    elif tensor.dtype is DType.FLOAT32:
        values = rng.uniform(low, high, tensor.elements)
    else:
        values = rng.integers(int(low), int(high) + 1, tensor.elements)
    return values.reshape(tensor.shape).astype(tensor.dtype.numpy)


def _range(graph: Graph, t: TensorId) -> tuple[float, float]:
    """The range of an integer type, or what a reader expects; for real inputs a little more than
    what is quantized to."""
    if graph[t].dtype is not DType.FLOAT32:
        return _expected(graph, t) or graph[t].dtype.limits
    for node in graph.nodes:
        if t in node.inputs and graph[node.outputs[0]].quant is not None:
            q = graph[node.outputs[0]].q
            low, high = graph[node.outputs[0]].dtype.limits
            return q.s * (low - q.zp - 2), q.s * (high - q.zp + 2)
    return -1.0, 1.0


def _expected(graph: Graph, t: TensorId) -> tuple[int, int] | None:
    """The narrowest range that an operator expects of an input."""
    found = [
        REGISTRY[node.op].expects(OpView.of(graph, node), position)
        for node in graph.nodes
        for position, source in enumerate(node.inputs)
        if source == t
    ]
    return min((limits for limits in found if limits), key=lambda x: x[1] - x[0], default=None)


def load_samples(graph: Graph, path: Path) -> Samples:
    """Inputs from an .npz file: arrays named in0, in1, ... or as the inputs, one sample each or
    stacked along a new first axis. Arrays out0, out1, ... are outputs to compare with.

    For a model with state they are one sequence."""
    try:
        with np.load(path) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (OSError, ValueError, EOFError) as error:
        raise CompileError(f"cannot read {path}: {error}") from None
    inputs = _pick(graph, graph.inputs, arrays, "in")
    if any(x is None for x in inputs):
        raise CompileError(f"{path} lacks an input", hint="arrays are named in0, in1, ...")
    outputs = _pick(graph, graph.outputs, arrays, "out")
    known = not any(x is None for x in outputs)
    samples = _transpose(inputs)
    sequence = len(samples) if graph.states else 1
    return Samples(samples, _transpose(outputs) if known else None, sequence)


def _pick(
    graph: Graph, tensors: Sequence[TensorId], arrays: dict[str, Values], prefix: str
) -> list[Values | None]:
    found: list[Values | None] = []
    for i, t in enumerate(tensors):
        values = arrays.get(f"{prefix}{i}", arrays.get(graph[t].name))
        found.append(None if values is None else _stacked(graph[t], values))
    return found


def _stacked(tensor: Tensor, values: Values) -> Values:
    """The samples of one tensor along a new first axis."""
    if values.dtype != tensor.dtype.numpy:
        raise CompileError(
            f"samples are {values.dtype}, not {tensor.dtype.value}", where=f'"{tensor.name}"'
        )
    if values.size == 0 or values.size % tensor.elements:
        raise CompileError(
            f"samples of shape {values.shape} do not fit {tensor.shape}", where=f'"{tensor.name}"'
        )
    return values.reshape(-1, *tensor.shape)


def _transpose(stacks: Sequence[Values | None]) -> tuple[tuple[Values, ...], ...]:
    counts = {len(x) for x in stacks if x is not None}
    if len(counts) != 1:
        raise CompileError(f"inputs have different numbers of samples: {sorted(counts)}")
    return tuple(tuple(x[i] for x in stacks if x is not None) for i in range(next(iter(counts))))
