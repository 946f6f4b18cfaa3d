"""Sums and differences of int8 rows by the DSP extension: two multiplications for an output.

For ADD and SUB, wherever a short form of add_fit is exact for all operands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np

from weft.ops.base import Kernel, OpView, Params, Values
from weft.ops.broadcast import row_pair, run_kernels
from weft.ops.elementwise.add_fit import Factors, SignedFactors, fit, fit_signed
from weft.ops.elementwise.common_scale import counted_from, output_range, scales
from weft.ops.elementwise.elementwise import is_int8

Outputs = Callable[[OpView, Values, Values], Values]
"""The exact outputs for values of the operands, which broadcast."""

_PROVED = "two multiplications for an output, proved exact for all operands"


def short_sums(outputs: Outputs, sign: int) -> tuple[Kernel, ...]:
    """The kernels for operand 1 + sign * operand 2.

    Outputs of a range, which not all int8 are in, count from its least.
    """

    def factors(op: OpView) -> Factors | SignedFactors | None:
        values = np.arange(-128, 128)
        exact = outputs(op, values[:, None], values).astype(np.int16) - counted_from(op)
        (first, second), unit = scales(op), op.output.q.s
        ratios = first / unit, sign * second / unit
        zeros = op.input(0).q.zp, op.input(1).q.zp
        return _fitted(exact.tobytes(), ratios, zeros, _counted_range(op))

    def params(op: OpView) -> Params:
        return {**row_pair(op), **_numbers(op, factors(op))}

    def has(form: type) -> Callable[[OpView], bool]:
        return lambda op: is_int8(op) and isinstance(factors(op), form)

    short = Kernel(
        symbol="weft_add_s8__dsp",
        struct="weft_add_s8__dsp_params",
        source="add_s8__dsp.c",
        header="add_s8__dsp.h",
        params=params,
        needs=frozenset({"dsp"}),
        when=has(Factors),
        pitched=True,
    )
    signed = replace(
        short,
        symbol="weft_add_signed_s8__dsp",
        struct="weft_add_signed_s8__dsp_params",
        source="add_signed_s8__dsp.c",
        header="add_signed_s8__dsp.h",
        when=has(SignedFactors),
    )
    return *run_kernels(short, _PROVED), *run_kernels(signed, f"{_PROVED}, halves by their sign")


@lru_cache(maxsize=64)
def _fitted(
    exact: bytes, ratios: tuple[float, float], zeros: tuple[int, int], limits: tuple[int, int]
) -> Factors | SignedFactors | None:
    """The short form for outputs as int16, where there is none the signed one. Kept, because the
    kernels of a node are asked for again and again."""
    outputs = np.frombuffer(exact, np.int16).reshape(256, 256).astype(np.int64)
    return fit(outputs, ratios, *limits) or fit_signed(outputs, ratios, zeros, *limits)


def _counted_range(op: OpView) -> tuple[int, int]:
    lo, hi = output_range(op)
    return lo - counted_from(op), hi - counted_from(op)


def _numbers(op: OpView, found: Factors | SignedFactors | None) -> Params:
    """The fields of either parameter struct behind those of the rows."""
    assert found is not None
    lo, hi = output_range(op)
    middle = {"middle": found.middle} if isinstance(found, SignedFactors) else {}
    return {
        "factor1": found.first,
        "factor2": found.second,
        **middle,
        "offset": found.offset,
        "lo": lo,
        "hi": hi,
    }
