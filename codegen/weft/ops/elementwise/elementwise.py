"""What operators share whose outputs each come from the same place of their inputs."""

from __future__ import annotations

from weft.ir import DType, Node
from weft.ops.base import Operator, OpView
from weft.ops.broadcast import at_most_six_axes, broadcastable, one_computed
from weft.ops.checks import (
    computed,
    named,
    operands,
    quantized,
    same_shape,
    takes,
    unsuitable,
)
from weft.ops.copy import one_type
from weft.ops.streams import Streams
from weft.quant import Requant, f32


class Elementwise(Operator):
    """To turn the images is to turn everything: there is no other direction in it."""

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return op.node


class Broadcasting(Elementwise):
    """Operands may repeat axes; across rows of several axes that takes more than rows."""

    streams = Streams.WHERE_ROWS_ALLOW


def is_int8(op: OpView) -> bool:
    """Whether the output is int8."""
    return op.output.dtype is DType.INT8


def is_int16(op: OpView) -> bool:
    """Whether the output is int16."""
    return op.output.dtype is DType.INT16


def ratio(op: OpView) -> Requant:
    """From input steps to output steps; TensorFlow Lite divides these scales in float32."""
    return Requant.of(f32(op.input(0).q.s / op.output.q.s))


def _output_not_too_fine(op: OpView) -> str | None:
    "the input's scale is below 2^30 output scales, or 2^15 for int16"
    a, b = op.input(0).q.s, op.output.q.s
    bits = 30 if is_int8(op) else 15
    return None if a / b < 1 << bits else f"the scales are {a:.9g} and {b:.9g}"


def _arithmetic_types(op: OpView) -> str | None:
    "inputs and outputs are int8 or int16 with one scale and zero point (int16: 0), or plain int32"
    if op.output.dtype is not DType.INT32:
        return unsuitable(operands(op), DType.INT8, DType.INT16)
    found = [t for t in operands(op) if t.quant is not None]
    return f"{named(found[0])} is int32 and quantized" if found else None


_QUANTIZED = "inputs and outputs, constant or not,"

INT8_UNARY = (
    takes(1),
    computed(0, "input"),
    quantized(operands, _QUANTIZED, DType.INT8),
    same_shape,
)
"""Checks of an operator on one int8 tensor."""

UNARY = (
    takes(1),
    computed(0, "input"),
    quantized(operands, _QUANTIZED, DType.INT8, DType.INT16),
    one_type,
    same_shape,
)
"""Checks of an operator on one tensor of int8 or int16."""

RESCALED = (_output_not_too_fine,)
"""Checks of what `ratio` gives, behind those of the types."""

BROADCASTING = (at_most_six_axes, broadcastable, one_computed)
"""Checks of the shapes of operands, behind those of the types."""

ARITHMETIC = (takes(2), one_type, _arithmetic_types, *BROADCASTING)
"""Checks of an operator on two quantized tensors, or two of plain int32."""
