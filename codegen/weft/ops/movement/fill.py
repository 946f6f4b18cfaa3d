"""FILL: one value everywhere, for constants; it never runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from weft.ops.base import Operator, Options, OpView, Values
from weft.ops.checks import constant, named, require, takes
from weft.ops.copy import same_meaning, same_type


@dataclass(frozen=True, slots=True)
class FillAttrs:
    """The output's shape, as the model gives it."""

    shape: tuple[int, ...]


def _one_value(op: OpView) -> str | None:
    "the value is a single element"
    value = op.input(0)
    return None if value.elements == 1 else f"{named(value)} has {value.elements}"


def _given_shape(op: OpView) -> str | None:
    "the output has the shape that is given"
    shape = op.attrs.shape
    return None if op.output.shape == shape else f"they are {list(op.output.shape)} and {shape}"


class Fill(Operator):
    """out = one value everywhere."""

    name = "fill"
    tflite = "FILL"
    options = "FillOptions"
    parameters = (0,)
    checks = (takes(1), same_type, same_meaning, _one_value, _given_shape)

    @staticmethod
    def parse(options: Options, op: OpView) -> FillAttrs:
        require(op, takes(2), constant(0, "shape"))
        return FillAttrs(tuple(int(n) for n in op.input(0).data.ravel()))

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        value = np.asarray(inputs[0])
        return (np.full(op.output.shape, value.ravel()[0], value.dtype),)
