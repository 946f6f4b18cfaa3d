"""Variable tensors: inputs that an operator changes, and finds again in the next inference.

TensorFlow Lite resets them to real 0: int8 tensors to their zero point, all others to zero bytes.
"""

from __future__ import annotations

from collections.abc import Mapping

from weft.errors import CompileError
from weft.frontend.connections import located
from weft.frontend.reader import RawModel
from weft.ir import DType, Tensor
from weft.ops import Operator


def variable_tensors(model: RawModel) -> set[int]:
    """The tensors that keep their values between inferences."""
    return {i for i, tensor in enumerate(model.tensors) if tensor.variable}


def check_variable_tensors(model: RawModel, known: Mapping[str, type[Operator]]) -> None:
    """Raise CompileError unless each is changed by one operator and used by nobody else."""
    variables, changed = variable_tensors(model), dict[int, int]()
    for t in (*model.inputs, *model.outputs):
        if t in variables:
            with located(model.tensors[t].where):
                raise CompileError("a variable tensor is an input or output of the model")
    for operator in model.operators:
        with located(model.where(operator)):
            for position, t in enumerate(operator.inputs):
                changes = position in known[operator.builtin].updates
                if changes and t not in variables:
                    raise CompileError(f"input {position}, its state, is no variable tensor")
                if t not in variables:
                    continue
                where = model.tensors[t].where
                if not changes:
                    raise CompileError(f"it reads {where}, a variable tensor")
                if model.tensors[t].constant:
                    raise CompileError(f"its state {where} is constant")
                if t in changed:
                    raise CompileError(f"its state {where} is also that of operator {changed[t]}")
                changed[t] = operator.index
            missing = [p for p in known[operator.builtin].updates if p >= len(operator.inputs)]
            if missing:
                raise CompileError(f"input {missing[0]}, its state, is left out")


def reset_value(tensor: Tensor) -> bytes:
    """The bytes of a variable tensor before the first inference."""
    zero = tensor.quant.zp if tensor.dtype is DType.INT8 and tensor.quant is not None else 0
    return bytes([zero % 256]) * tensor.nbytes
