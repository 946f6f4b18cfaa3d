"""MEAN: mean over any axes, requantized.

y = clamp(requantize(sum(x) - n * zx, sx / sy / n) + zy); the division by n is in the multiplier.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from weft.errors import CompileError
from weft.ir import Node
from weft.ops.base import (
    Geometry,
    Kernel,
    Operator,
    Options,
    OpView,
    Params,
    RowWindow,
    Values,
    array,
    whole,
)
from weft.ops.checks import computed, int8_activations, named, takes
from weft.quant import INT32_MAX, Requant, requantize, wrap32

_MOST_DIMENSIONS = 6


@dataclass(frozen=True, slots=True)
class Attrs:
    """The reduced axes, ascending from 0, and whether they stay as axes of length 1."""

    axes: tuple[int, ...]
    keep_dims: bool


def _count(op: OpView) -> int:
    return math.prod(op.input(0).shape[axis] for axis in op.attrs.axes)


def _real(op: OpView) -> float:
    return op.input(0).q.s / op.output.q.s


def _requant(op: OpView) -> Requant:
    """The scales' quotient over the number of elements, as TensorFlow Lite computes it."""
    count, quotient = _count(op), Requant.of(_real(op))
    bits = min(count.bit_length() - 1, 32, 31 + quotient.shift)
    return Requant((quotient.multiplier << bits) // count, quotient.shift - bits)


def rank_1_to_6(op: OpView) -> str | None:
    "the input has rank 1 to 6"
    rank = len(op.input(0).shape)
    return None if 1 <= rank <= _MOST_DIMENSIONS else f"{named(op.input(0))} has rank {rank}"


def output_shape(op: OpView) -> str | None:
    "the output has the input's shape with the reduced axes 1 (keep_dims) or left out"
    reduced = dict.fromkeys(op.attrs.axes, 1)
    shape = dict(enumerate(op.input(0).shape))
    kept = {axis: n for axis, n in shape.items() if axis not in reduced}
    expected = tuple(({**shape, **reduced} if op.attrs.keep_dims else kept).values())
    if op.output.shape == expected:
        return None
    return f"{named(op.output)} is {list(op.output.shape)} instead of {list(expected)}"


def sum_fits(op: OpView) -> str | None:
    "the sum of the reduced elements fits 32 bits for all inputs"
    bound = 256 * _count(op)
    return None if bound <= INT32_MAX else f"it can reach {bound}"


def multiplier_fits(op: OpView) -> str | None:
    "scale of input over scale of output is below 2**30"
    return None if _real(op) < 2.0**30 else f"it is {_real(op):.6g}"


def _over_pixels(op: OpView) -> bool:
    """Exactly height and width of one image are reduced; axes of length 1 do not matter."""
    shape = op.input(0).shape
    if len(shape) > 4:
        return False
    missing = 4 - len(shape)
    reduced = {axis + missing for axis in op.attrs.axes}
    sizes = (1,) * missing + shape
    return sizes[0] == 1 and all(
        size == 1 or (i in reduced) == (i in (1, 2)) for i, size in enumerate(sizes)
    )


def _output_params(op: OpView) -> dict[str, int]:
    requant = _requant(op)
    return {
        "offset": -_count(op) * op.input(0).q.zp,
        "multiplier": requant.multiplier,
        "shift": requant.shift,
        "output_zero_point": op.output.q.zp,
    }


def _pixel_params(op: OpView) -> Params:
    _, width, channels = op.input(0).rows
    return {"width": width, "channels": channels, **_output_params(op)}


def _pixel_rows(_: OpView) -> Geometry:
    return Geometry((RowWindow(),), accumulate=True)


def _sums(op: OpView) -> int:
    return 4 * op.output.elements


def _loops(op: OpView, reduced: bool) -> Values:
    """Three loops over kept or reduced elements, outermost first: (length, stride) each.

    Neighboring axes of the same kind are one loop, so six axes make at most three of each.
    """
    shape = op.input(0).shape
    axes = [i for i, length in enumerate(shape) if length > 1]
    loops = [(1, 0)] * 3
    for is_reduced, run in groupby(axes, lambda i: i in op.attrs.axes):
        members = list(run)
        if is_reduced == reduced:
            stride = math.prod(shape[members[-1] + 1 :])
            loops.append((math.prod(shape[i] for i in members), stride))
    return array(loops[-3:], "int32")


def _general_params(op: OpView) -> Params:
    return {"kept": _loops(op, False), "reduced": _loops(op, True), **_output_params(op)}


class Mean(Operator):
    """Mean over the given axes."""

    name = "mean"
    tflite = "MEAN"
    options = "ReducerOptions"
    fields = ("keep_dims",)
    parameters = (1,)
    checks = (
        takes(1),
        computed(0, "input"),
        int8_activations,
        rank_1_to_6,
        output_shape,
        sum_fits,
        multiplier_fits,
    )
    kernels = (
        Kernel(
            "weft_mean_accumulate_s8",
            "weft_mean_accumulate_s8_params",
            "mean_accumulate_s8.c",
            "mean_accumulate_s8.h",
            _pixel_params,
            rows=_pixel_rows,
            when=_over_pixels,
            why="mean of all pixels: rows are added as they come",
            state=_sums,
        ),
        Kernel(
            "weft_mean_s8",
            "weft_mean_s8_params",
            "mean_s8.c",
            "mean_s8.h",
            _general_params,
            rows=whole,
        ),
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> Attrs:
        values, numbers = op.optional(0), op.optional(1)
        if values is None or numbers is None or numbers.const is None:
            raise CompileError("it needs an input and constant axes")
        rank = len(values.shape)
        axes = [int(axis) for axis in numbers.data.ravel()]
        for axis in axes:
            if not -rank <= axis < rank:
                raise CompileError(f"axis {axis} is not one of the {rank} of {named(values)}")
        unique = sorted({axis % rank for axis in axes})
        return Attrs(tuple(unique), bool(options["keep_dims"]))

    @staticmethod
    def turned(op: OpView) -> Node | None:
        if not _over_pixels(op):
            return None
        # Reduced axes are left out until the output's rank is reached: W, H, then N (and C if 1).
        rank = len(op.output.shape)
        axes = (1, 2) if rank == 4 else sorted((1, 2, 0, 3)[: 4 - rank])
        return replace(op.node, attrs=Attrs(tuple(axes), keep_dims=rank == 4))

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        values = inputs[0]
        assert values is not None
        requant = _requant(op)
        total = (values.astype(np.int64) - op.input(0).q.zp).sum(axis=op.attrs.axes)
        scaled = requantize(total, requant.multiplier, requant.shift)
        mean = np.clip(wrap32(scaled + op.output.q.zp), -128, 127)
        return (mean.astype(np.int8).reshape(op.output.shape),)
