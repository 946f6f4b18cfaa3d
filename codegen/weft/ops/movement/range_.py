"""RANGE: integers at equal distances, for constants; it never runs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weft.ir import DType
from weft.ops.base import Operator, OpView, Values
from weft.ops.checks import named, operands, takes


def _integers(op: OpView) -> str | None:
    "inputs and output are all int32 or all int64"
    types = {t.dtype for t in operands(op)}
    if len(types) == 1 and types <= {DType.INT32, DType.INT64}:
        return None
    return f"they are {', '.join(sorted(t.value for t in types))}"


def _single(op: OpView) -> str | None:
    "start, limit and delta are single elements"
    many = [t for t in op.inputs if t is not None and t.elements != 1]
    return f"{named(many[0])} has {many[0].elements}" if many else None


class Range(Operator):
    """out[i] = start + i * delta, as long as it is before limit."""

    name = "range"
    tflite = "RANGE"
    options = "RangeOptions"
    checks = (takes(3), _integers, _single)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        start, limit, delta = (int(np.asarray(x).ravel()[0]) for x in inputs)
        values = range(start, limit, delta) if delta else range(0)
        # A longer one than the model says is refused by its shape, not by its memory.
        shown = values[: op.output.elements + 1]
        return (np.array(shown, op.output.dtype.numpy),)
