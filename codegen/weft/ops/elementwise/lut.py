"""Any operator from one 8-bit tensor to another, element by element, as a table of 256 bytes.

The table is the operator's own `reference`, evaluated for every possible input.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from weft.ops.base import Kernel, OpView, Params, Values, array

SYMBOL = "weft_lut_s8"

Reference = Callable[[OpView, Sequence[Values | None]], tuple[Values, ...]]


def table(op: OpView, reference: Reference) -> Values:
    """The output for each input, both as stored bytes: entry 255 is for int8 -1 or uint8 255."""
    every = np.arange(256, dtype=np.uint8).view(op.input(0).dtype.numpy)
    (outputs,) = reference(op, [every])
    return array(outputs.view(np.int8), "int8")


def lut_kernel(reference: Reference, when: Callable[[OpView], bool] | None = None) -> Kernel:
    """The table kernel for an operator, to be made in its class body after `reference`."""

    def params(op: OpView) -> Params:
        _, pixels, channels = op.output.rows
        packed = op.output.pitch is None
        return {
            "table": table(op, reference),
            "elements": pixels * channels if packed else channels,
            "runs": 1 if packed else pixels,
            "output_step": op.output.pixel_step,
        }

    def always(_: OpView) -> bool:
        return True

    return Kernel(
        symbol=SYMBOL,
        struct="weft_lut_s8_params",
        source="lut_s8.c",
        header="lut_s8.h",
        params=params,
        when=when or always,
        why="a table of all 256 outputs",
        in_place=True,
        pitched=True,
    )


def made_table(kernels: Sequence[Kernel], op: OpView) -> Values | None:
    """The table of an operator that has these kernels, None if no table says what it does."""
    found = [kernel for kernel in kernels if kernel.symbol == SYMBOL and kernel.when(op)]
    return np.asarray(found[0].params(op)["table"]) if found else None
