"""Operators whose outputs are known when the model is compiled: those of constants and of shapes.

The values come from the operator's own `reference`. Its checks have to be met as if its first
input came at run time: then the reference is right for whatever that input is. What limits kernels
alone does not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from weft.errors import CompileError
from weft.ir import DType, Tensor
from weft.ops import REGISTRY, Operator, OpView, rejection
from weft.ops.base import Values
from weft.ops.elementwise.elementwise import Elementwise
from weft.ops.movement import boxes

_MOST_BYTES = 1 << 24
_MOST_WORK = 1 << 28  # multiplications, or what takes about as long
_SLOW = 1 << 14  # of it for an element of an operator whose reference may go element by element
_INTEGERS = (DType.INT32, DType.INT64)


@dataclass(slots=True)
class Budget:
    """What the constants of one model may still cost: small files can ask for hours."""

    size: int = _MOST_BYTES
    work: int = _MOST_WORK

    def spend(self, operator: type[Operator], op: OpView) -> None:
        """Account for an operator; raises CompileError when that is too much."""
        touched = (*(t for t in op.inputs if t is not None and t.const is not None), *op.outputs)
        self.size -= sum(t.nbytes for t in touched)
        if not _is_quick(operator):
            self.work -= operator.macs(op) + _SLOW * sum(t.elements for t in op.outputs)
        if self.size < 0:
            raise CompileError(f"its inputs are constant, and with it over {_MOST_BYTES} bytes are")
        if self.work < 0:
            raise CompileError("its inputs are constant, and it takes too long to compute it now")


def _is_quick(operator: type[Operator]) -> bool:
    """Whether NumPy does all elements at once: those of movers and of elementwise operators."""
    moves = any(kernel.symbol == boxes.SYMBOL for kernel in operator.kernels)
    return moves or not operator.kernels or issubclass(operator, Elementwise)


def folds(op: OpView) -> bool:
    """Whether the outputs do not depend on what the model is given."""
    given = [t for t in op.inputs if t is not None]
    operator = REGISTRY[op.node.op]
    if operator.updates:
        return False
    return operator.static or (bool(given) and all(t.const is not None for t in given))


def constants(op: OpView, budget: Budget) -> tuple[Tensor, ...]:
    """The outputs of an operator that folds, with their values.

    Raises CompileError, without `where`, for an operator that weft cannot compute.
    """
    operator = REGISTRY[op.node.op]
    inputs = [None if t is None or t.const is None else t.data for t in op.inputs]
    made = _on_integers(operator, op, inputs, budget)
    if made is None:
        reason = rejection(operator, _with_computed_input(op), limits=False)
        if reason is not None:
            raise CompileError(reason)
        budget.spend(operator, op)
        made = operator.reference(op, inputs)
    return tuple(_stored(t, values) for t, values in zip(op.outputs, made, strict=True))


def _with_computed_input(op: OpView) -> OpView:
    """The operator as if its first input were computed at run time."""
    first, *others = op.inputs or (None,)
    return replace(op, inputs=(first and replace(first, const=None), *others))


def _on_integers(
    operator: type[Operator], op: OpView, inputs: Sequence[Values | None], budget: Budget
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
    budget.spend(operator, op)
    _check_broadcast(op)
    with np.errstate(over="ignore"):
        made = operator.on_integers(*(np.asarray(x, np.int64) for x in inputs))
    return (np.asarray(made).astype(op.output.dtype.numpy),)


def _check_broadcast(op: OpView) -> None:
    """The operands make the output, and nothing larger."""
    shapes = [t.shape for t in op.inputs if t is not None]
    try:
        made = np.broadcast_shapes(*shapes)
    except ValueError:
        raise CompileError(f"the operands do not broadcast: {shapes}") from None
    if made != op.output.shape:
        raise CompileError(f"it makes {list(made)}, but its output is {list(op.output.shape)}")


def _stored(tensor: Tensor, values: Values) -> Tensor:
    """A constant with the values that the operator makes."""
    if values.shape != tensor.shape:
        raise CompileError(f"it makes {list(values.shape)}, but its output is {list(tensor.shape)}")
    return replace(tensor, const=values.astype(tensor.dtype.numpy).tobytes())
