"""Constraints that many operators share. Knows tensors, not what an operator computes.

Each check's docstring is its manual line and the first half of its error message. Order matters:
`takes` comes first, then types, so that later checks may rely on what earlier ones proved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from weft.errors import CompileError
from weft.ir import DType, Tensor
from weft.ops.base import Check, OpView
from weft.quant import Quant


def require(op: OpView, *checks: Check) -> None:
    """Raise CompileError for the first unmet check: for `parse`, which runs before the checks."""
    for check in checks:
        actual = check(op)
        if actual is not None:
            raise CompileError(f"{check.__doc__}, but {actual}")


def named(tensor: Tensor) -> str:
    """A tensor as messages name it."""
    return f'"{tensor.name}"'


def either(types: Sequence[DType]) -> str:
    """Types as text: int8, int16 or int32."""
    *most, last = (t.value for t in types)
    return f"{', '.join(most)} or {last}" if most else last


def takes(least: int, most: int | None = None, *, several_outputs: bool = False) -> Check:
    """Between `least` and `most` inputs, the first `least` of them given, and one output."""
    most = least if most is None else most
    text = f"{least}" if least == most else f"{least} to {most}"

    def check(op: OpView) -> str | None:
        outputs = len(op.outputs) - len(op.node.updates)
        if outputs != 1 and not several_outputs:
            return f"there are {outputs} outputs"
        if not least <= len(op.inputs) <= most:
            return f"there are {len(op.inputs)} inputs"
        missing = [i for i, t in enumerate(op.inputs[:least]) if t is None]
        return f"input {missing[0]} is left out" if missing else None

    made = "outputs" if several_outputs else "one output"
    check.__doc__ = f"it takes {text} input{'s' if most > 1 else ''} and makes {made}"
    return check


def all_given(op: OpView) -> str | None:
    "no input is left out, and there is one"
    missing = [i for i, t in enumerate(op.inputs) if t is None]
    if not op.inputs:
        return "there is none"
    return f"input {missing[0]} is left out" if missing else None


def constant(position: int, what: str) -> Check:
    """Input `position`, if given, is constant."""

    def check(op: OpView) -> str | None:
        tensor = op.optional(position)
        if tensor is None or tensor.const is not None:
            return None
        return f"{named(tensor)} is computed at run time"

    check.__doc__ = f"the {what} is constant"
    return check


def computed(position: int, what: str) -> Check:
    """Input `position` is an activation."""

    def check(op: OpView) -> str | None:
        tensor = op.input(position)
        return None if tensor.const is None else f"{named(tensor)} is constant"

    check.__doc__ = f"the {what} is computed at run time"
    return check


def activations(op: OpView) -> tuple[Tensor, ...]:
    """Inputs that are computed at run time, and outputs."""
    return (*(t for t in op.inputs if t is not None and t.const is None), *op.outputs)


def operands(op: OpView) -> tuple[Tensor, ...]:
    """Inputs that are given, constant or not, and outputs."""
    return (*(t for t in op.inputs if t is not None), *op.outputs)


Tensors = Callable[[OpView], Iterable[Tensor]]


def unsuitable(tensors: Iterable[Tensor], *types: DType) -> str | None:
    """What keeps a tensor from being of one of these types, with one scale and zero point.

    The zero point of a type wider than a byte is 0. None if all tensors are suitable.
    """
    for tensor in tensors:
        if tensor.dtype not in types:
            return f"{named(tensor)} is {tensor.dtype.value}"
        if tensor.quant is None:
            return f"{named(tensor)} is not quantized"
        if len(tensor.quant.scale) != 1 or len(tensor.quant.zero_point) != 1:
            return f"{named(tensor)} has {len(tensor.quant.scale)} scales"
        least, greatest = tensor.dtype.limits if tensor.dtype.size == 1 else (0, 0)
        if not least <= tensor.quant.zp <= greatest:
            return f"the zero point of {named(tensor)} is {tensor.quant.zp}"
    return None


def quantized(tensors: Tensors, what: str, *types: DType) -> Check:
    """These tensors are of one of these types and quantized per tensor; wide ones around 0."""

    def check(op: OpView) -> str | None:
        return unsuitable(tensors(op), *types)

    wide = [t for t in types if t.size > 1]
    centered = f", which is 0 for {either(wide)}" if wide else ""
    check.__doc__ = f"{what} are {either(types)} with one scale and one zero point each{centered}"
    return check


int8_activations = quantized(activations, "activations", DType.INT8)
int8_operands = quantized(operands, "inputs and outputs, constant or not,", DType.INT8)


def of_types(*types: DType) -> Check:
    """Inputs, constant or not, and outputs are of one of these types."""

    def check(op: OpView) -> str | None:
        wrong = [t for t in operands(op) if t.dtype not in types]
        return f"{named(wrong[0])} is {wrong[0].dtype.value}" if wrong else None

    check.__doc__ = f"inputs and outputs are {either(types)}"
    return check


def one_type(op: OpView) -> str | None:
    "inputs and outputs have the same type"
    found = list(dict.fromkeys(t.dtype.value for t in operands(op)))
    return None if len(found) == 1 else f"they are {' and '.join(found)}"


def same_quantization(op: OpView) -> str | None:
    "input and output have the same scale and zero point"
    return other_quantization(op.input(0).q, op.output.q)


def other_quantization(a: Quant, b: Quant) -> str | None:
    """How two quantizations of whole tensors differ, None if they do not."""
    if a.zp != b.zp:
        return f"the zero points are {a.zp} and {b.zp}"
    if abs(a.s - b.s) > 1e-6 * max(a.s, b.s):
        return f"the scales are {a.s:.9g} and {b.s:.9g}"
    return None


def same_shape(op: OpView) -> str | None:
    "input and output have the same shape"
    a, b = op.input(0), op.output
    if a.shape == b.shape:
        return None
    return f"{named(a)} is {list(a.shape)} and {named(b)} is {list(b.shape)}"
