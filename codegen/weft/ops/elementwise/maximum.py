"""MAXIMUM and MINIMUM, with broadcasting.

Stored values are compared, so all tensors must have the same quantization.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from weft.ir import DType
from weft.ops.base import Kernel, OpView, Params, Values
from weft.ops.broadcast import broadcast_kernels, row_pair, run_kernels
from weft.ops.checks import of_types, takes
from weft.ops.copy import one_meaning, one_type
from weft.ops.elementwise.elementwise import BROADCASTING, Broadcasting

_TYPES = (DType.INT8, DType.INT16, DType.INT32)


def _kernels(flip: int) -> tuple[Kernel, ...]:
    def numbers(_: OpView) -> Params:
        return {"flip": flip}

    def of(dtype: DType) -> Callable[[OpView], bool]:
        return lambda op: op.output.dtype is dtype

    by_words = Kernel(
        symbol="weft_extreme_s8__dsp",
        struct="weft_extreme_s8__dsp_params",
        source="extreme_s8__dsp.c",
        header="extreme_s8__dsp.h",
        params=lambda op: {**row_pair(op), **numbers(op)},
        needs=frozenset({"dsp"}),
        when=of(DType.INT8),
    )
    return *run_kernels(by_words, "four elements at a time"), *(
        kernel
        for dtype in _TYPES
        for kernel in broadcast_kernels(
            f"weft_extreme_s{8 * dtype.size}", "extreme", numbers, of(dtype)
        )
    )


_CHECKS = (takes(2), one_type, of_types(*_TYPES), one_meaning, *BROADCASTING)


class Maximum(Broadcasting):
    """out = max(a, b), element by element."""

    name = "maximum"
    tflite = "MAXIMUM"
    options = "MaximumMinimumOptions"
    checks = _CHECKS
    kernels = _kernels(0)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        first, second = (np.asarray(values) for values in inputs)
        return (np.maximum(first, second),)


class Minimum(Broadcasting):
    """out = min(a, b), element by element."""

    name = "minimum"
    tflite = "MINIMUM"
    options = "MaximumMinimumOptions"
    checks = _CHECKS
    kernels = _kernels(-1)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        first, second = (np.asarray(values) for values in inputs)
        return (np.minimum(first, second),)
