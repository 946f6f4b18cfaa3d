"""ADD_N: the sum of several int8 tensors of one shape, scale and zero point.

TensorFlow Lite Micro starts it at a stored, not a real, zero: -zero point steps; so does weft.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weft.ops.base import Kernel, OpView, Params, Values, array
from weft.ops.checks import int8_operands, named
from weft.ops.elementwise import headroom
from weft.ops.elementwise.elementwise import Elementwise

_MOST = 255


def _counts(op: OpView) -> str | None:
    "it takes 2 to 255 inputs and makes one output"
    if len(op.outputs) != 1:
        return f"there are {len(op.outputs)} outputs"
    if any(t is None for t in op.inputs):
        return "an input is left out"
    return None if 2 <= len(op.inputs) <= _MOST else f"there are {len(op.inputs)} inputs"


def _all_computed(op: OpView) -> str | None:
    "all inputs are computed at run time"
    constants = [named(t) for t in op.inputs if t is not None and t.const is not None]
    return f"{constants[0]} is constant" if constants else None


def _alike(op: OpView) -> str | None:
    "inputs have the output's shape, and one scale and zero point"
    first = op.input(0)
    for tensor in (op.input(i) for i in range(len(op.inputs))):
        if tensor.shape != op.output.shape or tensor.q != first.q:
            return f"{named(tensor)} differs"
    return None


def _params(op: OpView) -> Params:
    _, pixels, channels = op.output.rows
    different = list(dict.fromkeys(op.node.inputs))
    return {
        "order": array([different.index(t) for t in op.node.inputs], "uint8"),
        "count": len(op.node.inputs),
        **headroom.params(op),
        "elements": pixels * channels,
    }


class AddN(Elementwise):
    """out = sum of all inputs."""

    name = "add_n"
    tflite = "ADD_N"
    options = "AddNOptions"
    checks = (_counts, int8_operands, _all_computed, _alike, headroom.output_not_too_fine)
    kernels = (
        Kernel(
            symbol="weft_add_n_s8",
            struct="weft_add_n_s8_params",
            source="add_n_s8.c",
            header="add_n_s8.h",
            params=_params,
            in_place=True,
        ),
    )

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        zero_point = op.input(0).q.zp
        total = sum(np.asarray(values, np.int64) - zero_point for values in inputs)
        return (headroom.outputs(op, total - zero_point),)
