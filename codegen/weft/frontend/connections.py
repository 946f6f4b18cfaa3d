"""How operators and tensors of a model may be connected. Knows no operator and no type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager

from weft.errors import CompileError
from weft.frontend.reader import RawModel, RawOperator


@contextmanager
def located(where: str) -> Iterator[None]:
    """Add `where` to a CompileError that does not say."""
    try:
        yield
    except CompileError as error:
        if error.where:
            raise
        raise CompileError(error.what, where=where, hint=error.hint) from error


def check_connections(model: RawModel) -> None:
    """Raise CompileError unless everything is computed once, before it is read."""
    for what, listed in (
        ("input", model.inputs),
        ("output", model.outputs),
        ("operator", model.operators),
    ):
        if not listed:
            raise CompileError(f"the model has no {what}")
    _check_inputs(model)
    ready = {*model.inputs, *(s.found for s in model.states)}
    ready.update(i for i, t in enumerate(model.tensors) if t.variable)
    for operator in model.operators:
        with located(model.where(operator)):
            _check_indices(model, "input", operator.inputs, least=-1)
            _check_indices(model, "output", operator.outputs)
    producers = {t: op.index for op in reversed(model.operators) for t in op.outputs}
    for operator in model.operators:
        with located(model.where(operator)):
            _check_reads(model, operator, ready, producers)
            _check_writes(model, operator, ready)
        ready.update(operator.outputs)
    _check_outputs(model, producers)


def _check_indices(model: RawModel, what: str, indices: Sequence[int], least: int = 0) -> None:
    """Every index is that of a tensor; -1 stands for an optional input that is left out."""
    count = len(model.tensors)
    for index in indices:
        if not least <= index < count:
            raise CompileError(f"{what} is tensor {index}, but the model has {count} tensors")


def _check_inputs(model: RawModel) -> None:
    _check_indices(model, "an input of the model", model.inputs)
    seen: set[int] = set()
    for t in model.inputs:
        with located(model.tensors[t].where):
            if t in seen:
                raise CompileError("the model has this input twice")
            if model.tensors[t].constant:
                raise CompileError("an input of the model is constant")
        seen.add(t)


def _check_outputs(model: RawModel, producers: Mapping[int, int]) -> None:
    """Every output of the model is computed, stored, or an input handed back unchanged."""
    _check_indices(model, "an output of the model", model.outputs)
    ready = {*producers, *model.inputs, *(s.found for s in model.states)}
    seen: set[int] = set()
    for t in model.outputs:
        with located(model.tensors[t].where):
            if t in seen:
                raise CompileError("the model has this output twice")
            if t not in ready and not model.tensors[t].constant:
                raise CompileError("no operator computes this output of the model")
        seen.add(t)


def _check_reads(
    model: RawModel, operator: RawOperator, ready: Set[int], producers: Mapping[int, int]
) -> None:
    for t in operator.inputs:
        if t == -1 or t in ready or model.tensors[t].constant:
            continue
        name = model.tensors[t].where
        if t in producers:
            raise CompileError(f"it reads {name} before operator {producers[t]} computes it")
        raise CompileError(f"it reads {name}, which has no data and is never computed")


def _check_writes(model: RawModel, operator: RawOperator, ready: Set[int]) -> None:
    if not operator.outputs:
        raise CompileError("it has no output")
    seen: set[int] = set()
    for t in operator.outputs:
        name = model.tensors[t].where
        if model.tensors[t].constant:
            raise CompileError(f"it writes {name}, which is constant")
        if model.tensors[t].variable:
            raise CompileError(f"it writes {name}, a variable tensor")
        if t in ready or t in seen:
            raise CompileError(f"it writes {name}, which is already computed or an input")
        seen.add(t)
