"""COPY: the same values in another place. Made by the compiler, never found in a model.

Gives a tensor another memory layout (packed, or with a border), or a graph output that is an input
or a constant a place of its own. The checks of operators that only move elements are here too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from weft.ir import DType, Node, Tensor
from weft.ops.base import Kernel, Operator, OpView, Params, Values, array
from weft.ops.checks import named, operands, other_quantization, same_shape, takes

_QUANTIZED = (DType.INT8, DType.UINT8, DType.INT16)


def same_type(op: OpView) -> str | None:
    "input and output have the same element type"
    return _other_type(op.input(0), op.output)


def one_type(op: OpView) -> str | None:
    "all inputs and outputs have the same element type"
    return _first(_other_type, op)


def same_meaning(op: OpView) -> str | None:
    "input and output have the same scale and zero point, or none"
    return other_meaning(op.input(0), op.output)


def one_meaning(op: OpView) -> str | None:
    "all inputs and outputs have the same scale and zero point, or none"
    return _first(other_meaning, op)


def _first(differ: Callable[[Tensor, Tensor], str | None], op: OpView) -> str | None:
    """The first difference between the first tensor and any other."""
    one, *others = operands(op)
    found = (differ(one, other) for other in others)
    return next((text for text in found if text is not None), None)


def _other_type(a: Tensor, b: Tensor) -> str | None:
    return None if a.dtype is b.dtype else f"they are {a.dtype.value} and {b.dtype.value}"


def other_meaning(a: Tensor, b: Tensor) -> str | None:
    """How the values of one tensor differ in meaning from those of another, None if not."""
    if a.dtype not in _QUANTIZED or (a.quant is None and b.quant is None):
        return None
    return _not_per_tensor(a) or _not_per_tensor(b) or other_quantization(a.q, b.q)


def _not_per_tensor(tensor: Tensor) -> str | None:
    if tensor.quant is None:
        return f"{named(tensor)} has none"
    scales = len(tensor.quant.scale)
    if scales != 1 or len(tensor.quant.zero_point) != 1:
        return f"{named(tensor)} has {scales} scales"
    return None


def moves_nothing(op: OpView) -> bool:
    """Whether an operator that moves elements about the axes leaves them: `idle` for many."""
    return op.input(0).shape == op.output.shape


def row_bytes(op: OpView) -> Params:
    """Parameters of weft_copy_rows: the bytes of a row of the output."""
    _, pixels, channels = op.output.rows
    return {"bytes": pixels * channels * op.output.dtype.size}


def _is_constant(op: OpView) -> bool:
    return op.input(0).const is not None


def _has_pitch(op: OpView) -> bool:
    return op.output.pitch is not None


def _constant_row(op: OpView) -> bool:
    return _is_constant(op) and not _has_pitch(op)


def _computed_row(op: OpView) -> bool:
    return not _is_constant(op) and not _has_pitch(op)


def _constant(op: OpView) -> Values:
    tensor = op.input(0)
    dtype = "uint8" if tensor.dtype is DType.BOOL else tensor.dtype.value
    return array(tensor.data.ravel(), dtype)


def _constant_params(op: OpView) -> Params:
    return {"data": _constant(op), **row_bytes(op)}


def _pixel_params(op: OpView) -> Params:
    _, pixels, channels = op.output.rows
    size = op.output.dtype.size
    return {
        "constant": _constant(op) if _is_constant(op) else 0,
        "pixels": pixels,
        "pixel": channels * size,
        "output_step": op.output.pixel_step * size,
    }


class Copy(Operator):
    """out = in."""

    name = "copy"
    tflite = "COPY"
    internal = True
    checks = (takes(1), same_type, same_shape, same_meaning)
    kernels = (
        Kernel(
            symbol="weft_copy_pixels",
            struct="weft_copy_pixels_params",
            source="copy_pixels.c",
            header="copy_pixels.h",
            params=_pixel_params,
            when=_has_pitch,
            why="pixels between those of other tensors",
            pitched=True,
        ),
        Kernel(
            symbol="weft_constant_rows",
            struct="weft_constant_rows_params",
            source="constant_rows.c",
            header="constant_rows.h",
            params=_constant_params,
            when=_constant_row,
            why="a constant of the model, row by row",
        ),
        Kernel(
            symbol="weft_copy_rows",
            struct="weft_copy_rows_params",
            source="copy_rows.c",
            header="copy_rows.h",
            params=row_bytes,
            when=_computed_row,
            why="row by row",
            in_place=True,
        ),
    )

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return op.node

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return (np.array(inputs[0]),)
