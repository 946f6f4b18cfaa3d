"""Sums and differences of int8 rows by the DSP extension: two multiplications for an output.

For ADD and SUB, wherever the short form of add_fit is exact for all operands.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from weft.ops.add_fit import Factors, fit
from weft.ops.base import Kernel, OpView, Params, Values
from weft.ops.broadcast import row_kernels, row_pair
from weft.ops.common_scale import output_range, scales
from weft.ops.elementwise import is_int8

Outputs = Callable[[OpView, Values, Values], Values]
"""The exact outputs for values of the operands, which broadcast."""


def short_sums(outputs: Outputs, sign: int) -> tuple[Kernel, Kernel]:
    """The kernel for operand 1 + sign * operand 2, in place where that can be."""

    def factors(op: OpView) -> Factors | None:
        values = np.arange(-128, 128)
        exact = outputs(op, values[:, None], values).astype(np.int64)
        first, second = scales(op)
        unit = op.output.q.s
        return fit(exact, (first / unit, sign * second / unit), *output_range(op))

    def fits(op: OpView) -> bool:
        return is_int8(op) and factors(op) is not None

    def params(op: OpView) -> Params:
        found = factors(op)
        assert found is not None
        lo, hi = output_range(op)
        return {
            **row_pair(op),
            "factor1": found.first,
            "factor2": found.second,
            "offset": found.offset,
            "lo": lo,
            "hi": hi,
        }

    kernel = Kernel(
        symbol="weft_add_s8__dsp",
        struct="weft_add_s8__dsp_params",
        source="add_s8__dsp.c",
        header="add_s8__dsp.h",
        params=params,
        needs=frozenset({"dsp"}),
        when=fits,
        pitched=True,
    )
    return row_kernels(kernel, "two multiplications for an output, proved exact for all operands")
