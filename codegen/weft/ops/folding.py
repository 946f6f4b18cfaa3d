"""Operators whose outputs are known when the model is compiled: those of constants and of shapes.

The values come from the operator's own `reference`. Its checks have to be met as if its first
input came at run time: then the reference is right for whatever that input is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from weft.errors import CompileError
from weft.ir import DType, Tensor
from weft.ops import REGISTRY, Operator, OpView, rejection
from weft.ops.base import Values

MOST_BYTES = 1 << 24
"""Bytes of constants that one model may have computed: small files can ask for gigabytes."""

_MOST_MACS = 1 << 28
_INTEGERS = (DType.INT32, DType.INT64)


def folds(op: OpView) -> bool:
    """Whether the outputs do not depend on what the model is given."""
    given = [t for t in op.inputs if t is not None]
    operator = REGISTRY[op.node.op]
    if operator.updates:
        return False
    return operator.static or (bool(given) and all(t.const is not None for t in given))


def constants(op: OpView) -> tuple[Tensor, ...]:
    """The outputs of an operator that folds, with their values.

    Raises CompileError, without `where`, for an operator that weft cannot compute.
    """
    operator = REGISTRY[op.node.op]
    _check_size(op)
    inputs = [None if t is None or t.const is None else t.data for t in op.inputs]
    made = _on_integers(operator, op, inputs)
    if made is None:
        reason = rejection(operator, _with_computed_input(op))
        if reason is not None:
            raise CompileError(reason)
        if operator.macs(op) > _MOST_MACS:
            raise CompileError(f"its inputs are constant and it takes over {_MOST_MACS} MACs")
        made = operator.reference(op, inputs)
    return tuple(_stored(t, values) for t, values in zip(op.outputs, made, strict=True))


def _check_size(op: OpView) -> None:
    """A constant subgraph of a real model is small."""
    touched = (*(t for t in op.inputs if t is not None and t.const is not None), *op.outputs)
    size = sum(t.nbytes for t in touched)
    if size > MOST_BYTES:
        raise CompileError(f"its inputs are constant and it has {size} bytes, over {MOST_BYTES}")


def _with_computed_input(op: OpView) -> OpView:
    """The operator as if its first input were computed at run time."""
    first, *others = op.inputs or (None,)
    return replace(op, inputs=(first and replace(first, const=None), *others))


def _on_integers(
    operator: type[Operator], op: OpView, inputs: Sequence[Values | None]
) -> tuple[Values, ...] | None:
    """Arithmetic on shapes: int32 or int64, which wraps; None if the operator has none."""
    types = {t.dtype for t in (*op.inputs, *op.outputs) if t is not None}
    plain = getattr(op.attrs, "activation", "none") == "none"
    if operator.on_integers is None or len(types) > 1 or not types <= {*_INTEGERS} or not plain:
        return None
    if (
        any(x is None for x in inputs)
        or len(inputs) != operator.on_integers.nin
        or len(op.outputs) != 1
    ):
        return None
    with np.errstate(over="ignore"):
        try:
            made = operator.on_integers(*(np.asarray(x, np.int64) for x in inputs))
        except ValueError as error:
            raise CompileError(f"the operands do not broadcast: {error}") from None
    return (np.asarray(made).astype(op.output.dtype.numpy),)


def _stored(tensor: Tensor, values: Values) -> Tensor:
    """A constant with the values that the operator makes."""
    if values.shape != tensor.shape:
        raise CompileError(f"it makes {list(values.shape)}, but its output is {list(tensor.shape)}")
    return replace(tensor, const=values.astype(tensor.dtype.numpy).tobytes())
