"""RESHAPE, EXPAND_DIMS and SQUEEZE: the same elements, in the same order, under another shape.

Views: nothing runs. The output tensor's shape counts; the shape or the axes that the model gives
a second time, as an input or an option, are not read.
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


class _Reshaping(Operator):
    """What all share."""

    checks = (takes(1, 2), same_type, same_meaning, _same_count)
    view = True
    flat = True

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return (np.asarray(inputs[0]).reshape(op.output.shape),)


class Reshape(_Reshaping):
    """out = in under another shape."""

    name = "reshape"
    tflite = "RESHAPE"
    options = "ReshapeOptions"
    parameters = (1,)


class ExpandDims(_Reshaping):
    """out = in with one more axis of length 1."""

    name = "expand_dims"
    tflite = "EXPAND_DIMS"
    options = "ExpandDimsOptions"
    parameters = (1,)


class Squeeze(_Reshaping):
    """out = in without axes of length 1."""

    name = "squeeze"
    tflite = "SQUEEZE"
    options = "SqueezeOptions"
