"""ADD of int8 tensors, with broadcasting and a fused activation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from weft.ir import Node
from weft.ops.activation import Fused, clamp_range, fused_activation
from weft.ops.add_fit import Factors, fit
from weft.ops.base import Kernel, Operator, Options, OpView, Params, Values
from weft.ops.broadcast import (
    at_most_six_axes,
    box_params,
    broadcastable,
    fits_rows,
    fits_rows_in_place,
    one_computed,
    row_geometry,
    row_params,
    whole_geometry,
)
from weft.ops.checks import int8_operands, takes
from weft.quant import Requant, requantize

_HEADROOM = 20
"""Bits by which operands are shifted left before they are brought to a common scale."""


@dataclass(frozen=True, slots=True)
class AddAttrs:
    """The options of an addition."""

    activation: Fused


@dataclass(frozen=True, slots=True)
class _Rescale:
    """The operands to a scale of twice the greater one's, and the sum to the output's scale."""

    operands: tuple[Requant, Requant]
    output: Requant

    @classmethod
    def of(cls, op: OpView) -> _Rescale:
        scales = op.input(0).q.s, op.input(1).q.s
        common = 2 * max(scales)
        first, second = (Requant.of(scale / common) for scale in scales)
        return cls((first, second), Requant.of(common / ((1 << _HEADROOM) * op.output.q.s)))


def _output_not_too_fine(op: OpView) -> str | None:
    "twice the greater operand scale is below 2^20 output scales"
    common, unit = 2 * max(op.input(0).q.s, op.input(1).q.s), op.output.q.s
    if common < (1 << _HEADROOM) * unit and _Rescale.of(op).output.shift <= 0:
        return None
    return f"it is {common:.9g} and the output scale is {unit:.9g}"


def _halves(op: OpView) -> bool:
    """Whether the sum's right shift is one bit or more, as the row kernel's rounding needs."""
    return _Rescale.of(op).output.shift <= -1


def _in_place(op: OpView) -> bool:
    return _halves(op) and fits_rows_in_place(op)


def _by_rows(op: OpView) -> bool:
    return _halves(op) and fits_rows(op)


def _outputs(op: OpView, first: Values, second: Values) -> Values:
    """The exact sums of values that broadcast."""
    rescale, output = _Rescale.of(op), op.output.q
    scaled = (
        requantize(
            (np.asarray(values, np.int64) - op.input(i).q.zp) << _HEADROOM,
            rescale.operands[i].multiplier,
            rescale.operands[i].shift,
        )
        for i, values in enumerate((first, second))
    )
    total = requantize(sum(scaled), rescale.output.multiplier, rescale.output.shift)
    lo, hi = clamp_range(op.attrs.activation, output, -128, 127)
    values: Values = np.clip(total + output.zp, lo, hi).astype(np.int8)
    return values


def _factors(op: OpView) -> Factors | None:
    """The short form of the sums, if it is exact for all operands."""
    values = np.arange(-128, 128)
    exact = _outputs(op, values[:, None], values).astype(np.int64)
    scales = op.input(0).q.s / op.output.q.s, op.input(1).q.s / op.output.q.s
    return fit(exact, scales, *clamp_range(op.attrs.activation, op.output.q, -128, 127))


def _one_run(op: OpView) -> bool:
    """Whether operands of the output's rows are added by a short form that is exact."""
    if not fits_rows_in_place(op):
        return False
    steps = row_params(op)
    one = steps["pixels"] == steps["channel1"] == steps["channel2"] == 1
    return one and _factors(op) is not None


def _run_params(op: OpView) -> Params:
    row, factors = row_params(op), _factors(op)
    assert factors is not None
    lo, hi = clamp_range(op.attrs.activation, op.output.q, -128, 127)
    return {
        **{name: row[name] for name in ("constant1", "constant2", "in1", "in2", "row1", "row2")},
        "elements": row["channels"],
        "factor1": factors.first,
        "factor2": factors.second,
        "offset": factors.offset,
        "lo": lo,
        "hi": hi,
    }


def _range(op: OpView) -> Params:
    lo, hi = clamp_range(op.attrs.activation, op.output.q, -128, 127)
    return {"zero_out": op.output.q.zp, "lo": lo, "hi": hi}


def _row_params(op: OpView) -> Params:
    """Operand 1 is the one with the greater scale: its factor is 1/2, so it needs no rounding."""
    order = (0, 1) if op.input(0).q.s >= op.input(1).q.s else (1, 0)
    rescale = _Rescale.of(op)
    second, output = rescale.operands[order[1]], rescale.output
    # A factor of 1/2 (shift 0) is exact; one more bit before, and one after, changes nothing.
    shift2 = max(-second.shift, 1)
    unit2 = 1 << (_HEADROOM + 1 + (second.shift == 0))
    return {
        **row_params(op, order),
        "offset": -op.input(order[0]).q.zp * (1 << _HEADROOM),
        "unit2": unit2,
        "offset2": -op.input(order[1]).q.zp * unit2,
        "multiplier2": second.multiplier,
        "shift2": shift2,
        "multiplier": output.multiplier,
        "shift": -output.shift,
        **_range(op),
    }


def _box_params(op: OpView) -> Params:
    rescale = _Rescale.of(op)
    first, second = rescale.operands
    return {
        **box_params(op),
        "zero1": op.input(0).q.zp,
        "zero2": op.input(1).q.zp,
        "multiplier1": first.multiplier,
        "shift1": first.shift,
        "multiplier2": second.multiplier,
        "shift2": second.shift,
        "multiplier": rescale.output.multiplier,
        "shift": rescale.output.shift,
        **_range(op),
    }


class Add(Operator):
    """out = a + b, element by element."""

    name = "add"
    tflite = "ADD"
    clamps = True
    options = "AddOptions"
    on_integers = np.add
    fields = ("fused_activation_function",)
    checks = (
        takes(2),
        int8_operands,
        at_most_six_axes,
        broadcastable,
        one_computed,
        _output_not_too_fine,
    )
    kernels = (
        Kernel(
            symbol="weft_add_s8__dsp",
            struct="weft_add_s8__dsp_params",
            source="add_s8__dsp.c",
            header="add_s8__dsp.h",
            params=_run_params,
            rows=row_geometry,
            needs=frozenset({"dsp"}),
            when=_one_run,
            why="two multiplications for an output, proved exact for all operands",
            in_place=True,
        ),
        Kernel(
            symbol="weft_add_s8",
            struct="weft_add_s8_params",
            source="add_s8.c",
            header="add_s8.h",
            params=_row_params,
            rows=row_geometry,
            when=_in_place,
            why="row by row; the computed operands have the output's shape",
            in_place=True,
        ),
        Kernel(
            symbol="weft_add_s8",
            struct="weft_add_s8_params",
            source="add_s8.c",
            header="add_s8.h",
            params=_row_params,
            rows=row_geometry,
            when=_by_rows,
            why="row by row; an operand repeats rows, pixels or channels",
        ),
        Kernel(
            symbol="weft_add_broadcast_s8",
            struct="weft_add_broadcast_s8_params",
            source="add_broadcast_s8.c",
            header="add_broadcast_s8.h",
            params=_box_params,
            rows=whole_geometry,
            why="any broadcast and any scales",
        ),
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> AddAttrs:
        return AddAttrs(fused_activation(options))

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return op.node

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        first, second = (np.asarray(values) for values in inputs)
        return (_outputs(op, first, second),)
