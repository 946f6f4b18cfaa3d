"""What operators share whose outputs each come from the same place of their inputs."""

from __future__ import annotations

from weft.ir import DType, Node
from weft.ops.base import Operator, OpView
from weft.ops.checks import computed, one_type, operands, quantized, same_shape, takes
from weft.quant import Requant, f32


class Elementwise(Operator):
    """To turn the images is to turn everything: there is no other direction in it."""

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return op.node


def is_int8(op: OpView) -> bool:
    """Whether a table of 256 outputs is all of the operator."""
    return op.output.dtype is DType.INT8


def is_int16(op: OpView) -> bool:
    """Whether the outputs have to be computed."""
    return op.output.dtype is DType.INT16


def ratio(op: OpView) -> Requant:
    """From input steps to output steps; TensorFlow Lite divides these scales in float32."""
    return Requant.of(f32(op.input(0).q.s / op.output.q.s))


def _output_not_too_fine(op: OpView) -> str | None:
    "the input's scale is below 2^30 output scales, or 2^15 for int16"
    a, b = op.input(0).q.s, op.output.q.s
    bits = 30 if is_int8(op) else 15
    return None if a / b < 1 << bits else f"the scales are {a:.9g} and {b:.9g}"


_QUANTIZED = "inputs and outputs, constant or not,"

int8_unary = (
    takes(1),
    computed(0, "input"),
    quantized(operands, _QUANTIZED, DType.INT8),
    same_shape,
)
"""Checks of an operator on one int8 tensor."""

unary = (
    takes(1),
    computed(0, "input"),
    quantized(operands, _QUANTIZED, DType.INT8, DType.INT16),
    one_type,
    same_shape,
)
"""Checks of an operator on one tensor of int8 or int16."""

rescaled = (_output_not_too_fine,)
"""Checks of what `ratio` gives, behind those of the types."""
