"""The inputs of an LSTM, and which LSTMs weft takes: plain ones over a single sequence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weft.ir import DType, Tensor
from weft.ops.base import OpView
from weft.ops.checks import named, unsuitable
from weft.quant import f32

INPUT, HIDDEN, CELL = 0, 18, 19
WEIGHTS, RECURRENT, BIAS = (1, 2, 3, 4), (5, 6, 7, 8), (12, 13, 14, 15)  # of i, f, g, o
_UNSUPPORTED = (
    ((1, 5, 12), "couples input and forget gate (CIFG)", False),
    ((9, 10, 11), "has peephole weights", True),
    ((16, 17), "projects its output", True),
    ((20, 21, 22, 23), "normalizes layers", True),
)
"""Inputs by position, what a model does that has them (or has not), and whether it has them."""

GATE_BITS = 12  # fractional bits of what goes into a gate's activation
_MOST_INPUTS = 1 << 16  # products of 8 bits each, whose sum fits 32 bits


def unit_count(op: OpView) -> int:
    """Values of the hidden state."""
    return op.input(RECURRENT[0]).shape[-1]


def tensors_at(op: OpView, positions: Sequence[int]) -> tuple[Tensor, ...]:
    """Several inputs."""
    return tuple(op.input(position) for position in positions)


def plain(op: OpView) -> str | None:
    "it takes 20 or 24 inputs, of which those of a plain LSTM are given, and makes one output"
    if len(op.inputs) not in (20, 24) or len(op.outputs) != 1 + len(op.node.updates):
        return f"it has {len(op.inputs)} inputs and {len(op.outputs)} outputs"
    for positions, what, given in _UNSUPPORTED:
        if any((op.optional(p) is not None) is given for p in positions):
            return f"this one {what}"
    wanted = (INPUT, *WEIGHTS, *RECURRENT, *BIAS, HIDDEN, CELL)
    missing = [p for p in wanted if op.inputs[p] is None]
    return f"input {missing[0]} is left out" if missing else None


def one_sequence(op: OpView) -> str | None:
    "the input is one sequence: (1, time, inputs), or (time, 1, inputs) if time comes first"
    shape, batch = op.input(INPUT).shape, 1 if op.attrs.time_major else 0
    if len(shape) == 3 and shape[batch] == 1:
        return None
    return f"{named(op.input(INPUT))} is {list(shape)}"


def matrices(op: OpView) -> str | None:
    "weights have rank 2"
    found = (t for t in tensors_at(op, (*WEIGHTS, *RECURRENT)) if len(t.shape) != 2)
    return next((f"{named(t)} is {list(t.shape)}" for t in found), None)


def constants(op: OpView) -> str | None:
    "weights and biases are constant"
    found = (t for t in tensors_at(op, (*WEIGHTS, *RECURRENT, *BIAS)) if t.const is None)
    return next((f"{named(t)} is computed at run time" for t in found), None)


def types(op: OpView) -> str | None:
    "input, output, hidden state and weights are int8, the cell state int16, the biases int32"
    bytes_ = (*tensors_at(op, (INPUT, HIDDEN, *WEIGHTS, *RECURRENT)), op.output)
    found = unsuitable(bytes_, DType.INT8) or unsuitable((op.input(CELL),), DType.INT16)
    if found is not None:
        return found
    other = (t for t in tensors_at(op, BIAS) if t.dtype is not DType.INT32)
    return next((f"{named(t)} is {t.dtype.value}" for t in other), None)


def weights_centered(op: OpView) -> str | None:
    "weights have zero point 0"
    found = (t for t in tensors_at(op, (*WEIGHTS, *RECURRENT)) if t.q.zp != 0)
    return next((f"that of {named(t)} is {t.q.zp}" for t in found), None)


def sizes_agree(op: OpView) -> str | None:
    "weights are (units, inputs) and (units, units), biases (units), states (1, units)"
    units, inputs = unit_count(op), op.input(INPUT).shape[-1]
    wanted: list[tuple[Tensor, tuple[int, int]]] = []
    wanted += [(t, (units, units)) for t in tensors_at(op, RECURRENT)]
    wanted += [(t, (units, inputs)) for t in tensors_at(op, WEIGHTS)]
    wanted += [(t, (1, units)) for t in tensors_at(op, (*BIAS, HIDDEN, CELL))]
    wanted.append((op.output, (op.input(INPUT).elements // inputs, units)))
    for tensor, (rows, columns) in wanted:
        if tensor.elements != rows * columns or tensor.shape[-1:] != (columns,):
            return f"{named(tensor)} is {list(tensor.shape)}, not {rows} times {columns}"
    return None


def output_is_hidden(op: OpView) -> str | None:
    "the output has scale and zero point of the hidden state"
    a, b = op.input(HIDDEN).q, op.output.q
    if (a.s, a.zp) == (b.s, b.zp):
        return None
    return f"they are {b.s:.9g} and {b.zp}, not {a.s:.9g} and {a.zp}"


def cell_scale(op: OpView) -> str | None:
    "the scale of the cell state is a power of two from 2^-30 to 2^2"
    scale = op.input(CELL).q.s
    power = float(np.log2(scale))
    if abs(power - round(power)) < 1e-3 and -30 <= round(power) <= 2:
        return None
    return f"it is {scale:.9g}"


def sums_fit(op: OpView) -> str | None:
    "there are at most 65536 inputs and units, whose products fit 32 bits"
    most = max(unit_count(op), op.input(INPUT).shape[-1])
    return None if most <= _MOST_INPUTS else f"there are {most}"


def scales_fit(op: OpView) -> str | None:
    "no sum of a gate is scaled by 2^30 or more, nor is the hidden state's scale below 2^-60"
    scales = (*gate_scales(op, INPUT, WEIGHTS), *gate_scales(op, HIDDEN, RECURRENT))
    most = max(*scales, 2.0**-30 / op.input(HIDDEN).q.s)
    return None if most < 1 << 30 else f"one is {most:.9g}"


def gate_scales(op: OpView, source: int, weights: Sequence[int]) -> list[float]:
    """From sums of each gate to the input of its activation; a float32 product."""
    x = op.input(source).q.s
    return [f32(x * t.q.s) * (1 << GATE_BITS) for t in tensors_at(op, weights)]
