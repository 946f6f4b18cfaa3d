"""RESHAPE: the same elements, in the same order, under another shape. A view: nothing runs.

The output tensor's shape counts; the shape that the model gives a second time, as an input or an
option, is not read.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weft.ops.base import Operator, OpView, Values
from weft.ops.checks import takes
from weft.ops.copy import same_meaning, same_type


def _same_count(op: OpView) -> str | None:
    "input and output have the same number of elements"
    a, b = op.input(0).elements, op.output.elements
    return None if a == b else f"they have {a} and {b}"


class Reshape(Operator):
    """out = in under another shape."""

    name = "reshape"
    tflite = "RESHAPE"
    options = "ReshapeOptions"
    parameters = (1,)
    checks = (takes(1, 2), same_type, same_meaning, _same_count)
    view = True
    flat = True

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return (np.asarray(inputs[0]).reshape(op.output.shape),)
