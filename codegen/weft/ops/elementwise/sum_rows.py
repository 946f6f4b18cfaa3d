"""Sums and differences of int8 rows in portable C, see runtime/include/weft/add_s8.h.

For ADD, SUB and SQUARED_DIFFERENCE, with all roundings of common_scale. Operand 1 is the one with
the greater scale: its factor is 1/2, so it needs no rounding.
"""

from __future__ import annotations

from collections.abc import Callable

from weft.ops.base import Kernel, OpView, Params
from weft.ops.broadcast import row_kernels, row_pair
from weft.ops.elementwise.common_scale import Rescaling, output_range
from weft.ops.elementwise.elementwise import is_int8


def sums_of_rows(rescaling: Rescaling, sign: int) -> tuple[Kernel, ...]:
    """The kernels for the first input + sign * the second.

    A difference is operand 1 - operand 2, negated by its multiplier where the first input is
    operand 2.
    """

    def params(op: OpView) -> Params:
        found, negated = _params(op, rescaling, sign), sign < 0 and _order(op) == (1, 0)
        factor = rescaling(op).output.multiplier
        return {**found, "multiplier": -factor if negated else factor}

    return _kernels("add_s8" if sign > 0 else "subtract_s8", rescaling, params)


def squares_of_rows(rescaling: Rescaling) -> tuple[Kernel, ...]:
    """The kernels for the square of the difference, whichever is subtracted."""
    return _kernels("squared_difference_rows_s8", rescaling, lambda op: _params(op, rescaling, -1))


def _kernels(
    name: str, rescaling: Rescaling, params: Callable[[OpView], Params]
) -> tuple[Kernel, ...]:
    def fits(op: OpView) -> bool:
        """Whether the result's right shift is one bit or more, as the rounding needs."""
        return is_int8(op) and rescaling(op).output.shift <= -1

    return row_kernels(
        Kernel(
            symbol=f"weft_{name}",
            struct="weft_add_s8_params",
            source=f"{name.replace('_rows', '')}.c",
            header="add_s8.h",
            params=params,
            when=fits,
            pitched=True,
        )
    )


def _params(op: OpView, rescaling: Rescaling, sign: int) -> Params:
    order, rescale, (lo, hi) = _order(op), rescaling(op), output_range(op)
    second, output = rescale.operands[order[1]], rescale.output
    # A factor of 1/2 (shift 0) is exact; one more bit before, and one after, changes nothing.
    unit2 = 1 << (rescale.headroom + 1 + (second.shift == 0))
    return {
        **row_pair(op, order),
        "offset": -sign * op.input(order[0]).q.zp * (1 << rescale.headroom),
        "unit2": unit2,
        "offset2": -op.input(order[1]).q.zp * unit2,
        "multiplier2": second.multiplier,
        "shift2": max(-second.shift, 1),
        "multiplier": output.multiplier,
        "shift": -output.shift,
        "zero_out": op.output.q.zp,
        "lo": lo,
        "hi": hi,
    }


def _order(op: OpView) -> tuple[int, int]:
    """Which inputs operands 1 and 2 are."""
    return (0, 1) if op.input(0).q.s >= op.input(1).q.s else (1, 0)
