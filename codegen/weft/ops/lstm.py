"""UNIDIRECTIONAL_SEQUENCE_LSTM, int8 with an int16 cell state, as TensorFlow Lite Micro has it.

For each time step, with gates i, f, g (cell) and o of the old hidden state h:

    gate = act(clamp16(clamp16(requantize(W x + b, sx * sW * 2^12))
                       + clamp16(requantize(R h, sh * sR * 2^12))))
    c = clamp16(clamp16(requantize(f * c, 2^-15)) + clamp16(requantize(i * g, 2^-30 / sc)))
    h = clamp8(requantize(tanh(c) * o, 2^-30 / sh) + zh)

with zero points taken from x and h, act the sigmoid or, for g, tanh, both in units of 2^-15 by
table (`sigmoid16`), and c clipped where the model says so. LiteRT computes other activations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from weft.errors import CompileError
from weft.ir import DType, Node, Tensor
from weft.ops import sigmoid16
from weft.ops.base import Kernel, Operator, Options, OpView, Params, Values, array
from weft.ops.checks import named, require, unsuitable
from weft.ops.sigmoid16 import Steps
from weft.quant import Ints, Requant, f32, requantize, requants

_INPUT, _HIDDEN, _CELL = 0, 18, 19
_WEIGHTS, _RECURRENT, _BIAS = (1, 2, 3, 4), (5, 6, 7, 8), (12, 13, 14, 15)  # of i, f, g, o
_UNSUPPORTED = (
    ((1, 5, 12), "couples input and forget gate (CIFG)", False),
    ((9, 10, 11), "has peephole weights", True),
    ((16, 17), "projects its output", True),
    ((20, 21, 22, 23), "normalizes layers", True),
)
"""Inputs by position, what a model does that has them (or has not), and whether it has them."""

_TANH = 4  # the activation of the cell gate in the schema's numbers
_GATE_BITS = 12  # fractional bits of what goes into a gate's activation
_GATE_INPUT = Steps.of_power(-_GATE_BITS)
_CELL_GATE = 2
_MOST_INPUTS = 1 << 16  # products of 8 bits each, whose sum fits 32 bits
_INT16 = (-(1 << 15), (1 << 15) - 1)


@dataclass(frozen=True, slots=True)
class LstmAttrs:
    """`cell_clip` is a real bound of the cell state, 0 for none."""

    cell_clip: float
    time_major: bool


def _units(op: OpView) -> int:
    return op.input(_RECURRENT[0]).shape[0]


def _many(op: OpView, positions: Sequence[int]) -> tuple[Tensor, ...]:
    return tuple(op.input(position) for position in positions)


def _plain(op: OpView) -> str | None:
    "it takes 20 or 24 inputs, of which those of a plain LSTM are given, and makes one output"
    if len(op.inputs) not in (20, 24) or len(op.outputs) != 1 + len(op.node.updates):
        return f"it has {len(op.inputs)} inputs and {len(op.outputs)} outputs"
    for positions, what, given in _UNSUPPORTED:
        if any((op.optional(p) is not None) is given for p in positions):
            return f"this one {what}"
    wanted = (_INPUT, *_WEIGHTS, *_RECURRENT, *_BIAS, _HIDDEN, _CELL)
    missing = [p for p in wanted if op.inputs[p] is None]
    return f"input {missing[0]} is left out" if missing else None


def _one_sequence(op: OpView) -> str | None:
    "the input is one sequence: (1, time, inputs), or (time, 1, inputs) if time comes first"
    shape, batch = op.input(_INPUT).shape, 1 if op.attrs.time_major else 0
    if len(shape) == 3 and shape[batch] == 1:
        return None
    return f"{named(op.input(_INPUT))} is {list(shape)}"


def _constants(op: OpView) -> str | None:
    "weights and biases are constant"
    found = (t for t in _many(op, (*_WEIGHTS, *_RECURRENT, *_BIAS)) if t.const is None)
    return next((f"{named(t)} is computed at run time" for t in found), None)


def _types(op: OpView) -> str | None:
    "input, output, hidden state and weights are int8, the cell state int16, the biases int32"
    bytes_ = (*_many(op, (_INPUT, _HIDDEN, *_WEIGHTS, *_RECURRENT)), op.output)
    found = unsuitable(bytes_, DType.INT8) or unsuitable((op.input(_CELL),), DType.INT16)
    if found is not None:
        return found
    other = (t for t in _many(op, _BIAS) if t.dtype is not DType.INT32)
    return next((f"{named(t)} is {t.dtype.value}" for t in other), None)


def _weights_centered(op: OpView) -> str | None:
    "weights have zero point 0"
    found = (t for t in _many(op, (*_WEIGHTS, *_RECURRENT)) if t.q.zp != 0)
    return next((f"that of {named(t)} is {t.q.zp}" for t in found), None)


def _sizes_agree(op: OpView) -> str | None:
    "weights are (units, inputs) and (units, units), biases (units), states (1, units)"
    units, inputs = _units(op), op.input(_INPUT).shape[-1]
    wanted: list[tuple[Tensor, tuple[int, ...]]]
    wanted = [(t, (units, inputs)) for t in _many(op, _WEIGHTS)]
    wanted += [(t, (units, units)) for t in _many(op, _RECURRENT)]
    wanted += [(t, (units,)) for t in _many(op, _BIAS)]
    wanted += [(t, (1, units)) for t in _many(op, (_HIDDEN, _CELL))]
    wanted += [(op.output, (*op.input(_INPUT).shape[:-1], units))]
    for tensor, shape in wanted:
        if tensor.shape != shape:
            return f"{named(tensor)} is {list(tensor.shape)}, not {list(shape)}"
    return None


def _output_is_hidden(op: OpView) -> str | None:
    "the output has scale and zero point of the hidden state"
    a, b = op.input(_HIDDEN).q, op.output.q
    if (a.s, a.zp) == (b.s, b.zp):
        return None
    return f"they are {b.s:.9g} and {b.zp}, not {a.s:.9g} and {a.zp}"


def _cell_scale(op: OpView) -> str | None:
    "the scale of the cell state is a power of two from 2^-30 to 2^2"
    scale = op.input(_CELL).q.s
    power = float(np.log2(scale))
    if abs(power - round(power)) < 1e-3 and -30 <= round(power) <= 2:
        return None
    return f"it is {scale:.9g}"


def _sums_fit(op: OpView) -> str | None:
    "there are at most 65536 inputs and units, whose products fit 32 bits"
    most = max(_units(op), op.input(_INPUT).shape[-1])
    return None if most <= _MOST_INPUTS else f"there are {most}"


def _scales_fit(op: OpView) -> str | None:
    "no sum of a gate is scaled by 2^30 or more, nor is the hidden state's scale below 2^-60"
    scales = (*_gate_scales(op, _INPUT, _WEIGHTS), *_gate_scales(op, _HIDDEN, _RECURRENT))
    most = max(*scales, 2.0**-30 / op.input(_HIDDEN).q.s)
    return None if most < 1 << 30 else f"one is {most:.9g}"


def _gate_scales(op: OpView, source: int, weights: Sequence[int]) -> list[float]:
    """From sums of each gate to the input of its activation; a float32 product."""
    x = op.input(source).q.s
    return [f32(x * t.q.s) * (1 << _GATE_BITS) for t in _many(op, weights)]


def _matrix(op: OpView, positions: Sequence[int]) -> Ints:
    """The weights of all gates, one below the other."""
    return np.concatenate([t.data for t in _many(op, positions)]).astype(np.int64)


def _input_bias(op: OpView) -> Ints:
    """The biases of all gates, less what the input's zero point adds."""
    given = np.concatenate([t.data for t in _many(op, _BIAS)]).astype(np.int64)
    bias: Ints = given - op.input(_INPUT).q.zp * _matrix(op, _WEIGHTS).sum(axis=1)
    return bias


def _recurrent_bias(op: OpView) -> Ints:
    """What the hidden state's zero point takes from the sums of all gates."""
    taken: Ints = -op.input(_HIDDEN).q.zp * _matrix(op, _RECURRENT).sum(axis=1)
    return taken


def _clip(op: OpView) -> int:
    """The greatest magnitude of the cell state, as stored; without a bound that of -32768."""
    if op.attrs.cell_clip <= 0:
        return -_INT16[0]
    return int(min(f32(op.attrs.cell_clip / op.input(_CELL).q.s), float(_INT16[1])))


def _tanh_of_cell(op: OpView) -> Steps:
    return Steps.of_power(round(float(np.log2(op.input(_CELL).q.s))))


_FORGET = Requant.of(2.0**-15)


def _update(op: OpView) -> Requant:
    return Requant.of(2.0**-30 / op.input(_CELL).q.s)


def _hidden(op: OpView) -> Requant:
    return Requant.of(2.0**-30 / op.input(_HIDDEN).q.s)


def _params(op: OpView) -> Params:
    multiplier, shift = requants(_gate_scales(op, _INPUT, _WEIGHTS))
    again, again_shift = requants(_gate_scales(op, _HIDDEN, _RECURRENT))
    tanh, update, hidden = _tanh_of_cell(op), _update(op), _hidden(op)
    return {
        "input_weights": array(_matrix(op, _WEIGHTS), "int8"),
        "recurrent_weights": array(_matrix(op, _RECURRENT), "int8"),
        "input_bias": array(_wrapped(_input_bias(op)), "int32"),
        "recurrent_bias": array(_recurrent_bias(op), "int32"),
        "input_multiplier": array(multiplier, "int32"),
        "input_shift": array(shift, "int32"),
        "recurrent_multiplier": array(again, "int32"),
        "recurrent_shift": array(again_shift, "int32"),
        "steps": op.output.rows[1],
        "inputs": op.input(_INPUT).shape[-1],
        "units": _units(op),
        "update_multiplier": update.multiplier,
        "update_shift": update.shift,
        "clip": _clip(op),
        "tanh_multiplier": tanh.multiplier,
        "tanh_shift": tanh.shift,
        "hidden_multiplier": hidden.multiplier,
        "hidden_shift": hidden.shift,
        "hidden_zero_point": op.input(_HIDDEN).q.zp,
    }


def _wrapped(values: Ints) -> Ints:
    return values.astype(np.int32).astype(np.int64)


def _scratch(op: OpView) -> int:
    """The gates of a time step, int16."""
    return 4 * _units(op) * 2


class UnidirectionalSequenceLstm(Operator):
    """A plain LSTM layer over a sequence; hidden and cell state stay for the next inference."""

    name = "unidirectional_sequence_lstm"
    tflite = "UNIDIRECTIONAL_SEQUENCE_LSTM"
    options = "UnidirectionalSequenceLSTMOptions"
    fields = ("fused_activation_function", "cell_clip", "time_major")
    updates = (_HIDDEN, _CELL)
    checks = (
        _plain,
        _constants,
        _types,
        _weights_centered,
        _sizes_agree,
        _output_is_hidden,
        _cell_scale,
        _sums_fit,
        _scales_fit,
    )
    kernels = (
        Kernel(
            symbol="weft_lstm_s8",
            struct="weft_lstm_s8_params",
            source="lstm_s8.c",
            header="lstm_s8.h",
            params=_params,
            scratch=_scratch,
            shared=(sigmoid16.TABLE_SOURCE,),
        ),
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> LstmAttrs:
        activation = int(options["fused_activation_function"])
        if activation != _TANH:
            raise CompileError(f"fused activation {activation} is not supported, only TANH")
        attrs = LstmAttrs(f32(options["cell_clip"]), bool(options["time_major"]))
        node = OpView(_with(op.node, attrs), op.inputs, op.outputs)
        require(node, _plain, _one_sequence)
        return attrs

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return op.node

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        x, hidden, cell = (np.asarray(inputs[i], np.int64) for i in (_INPUT, _HIDDEN, _CELL))
        hidden, cell, made = hidden.reshape(-1), cell.reshape(-1), []
        for pixel in x.reshape(-1, x.shape[-1]):
            i, f, g, o = _gates(op, pixel, hidden)
            kept = np.clip(requantize(f * cell, _FORGET.multiplier, _FORGET.shift), *_INT16)
            update, bound = _update(op), _clip(op)
            added = np.clip(requantize(i * g, update.multiplier, update.shift), *_INT16)
            cell = np.clip(np.clip(kept + added, *_INT16), -bound, bound)
            scale = _hidden(op)
            product = sigmoid16.tanh(cell, _tanh_of_cell(op)) * o
            scaled = requantize(product, scale.multiplier, scale.shift)
            hidden = np.clip(scaled + op.input(_HIDDEN).q.zp, -128, 127)
            made.append(hidden)
        output = np.stack(made).astype(np.int8).reshape(op.output.shape)
        return output, hidden.astype(np.int8)[None], cell.astype(np.int16)[None]

    @staticmethod
    def macs(op: OpView) -> int:
        units, inputs = _units(op), op.input(_INPUT).shape[-1]
        steps = op.output.elements // units
        return steps * 4 * units * (inputs + units)


def _with(node: Node, attrs: LstmAttrs) -> Node:
    return Node(node.op, node.inputs, node.outputs, attrs, node.origins, node.updates)


def _gates(op: OpView, x: Ints, hidden: Ints) -> Iterator[Ints]:
    """The values of gates i, f, g and o in a time step, in units of 2**-15."""
    sums = (_matrix(op, _WEIGHTS) @ x + _input_bias(op)).reshape(4, -1)
    again = (_matrix(op, _RECURRENT) @ hidden + _recurrent_bias(op)).reshape(4, -1)
    scales = zip(_gate_scales(op, _INPUT, _WEIGHTS), _gate_scales(op, _HIDDEN, _RECURRENT),
                 strict=True)  # fmt: skip
    for number, (first, second) in enumerate(scales):
        a, b = Requant.of(first), Requant.of(second)
        left = np.clip(requantize(_wrapped(sums[number]), a.multiplier, a.shift), *_INT16)
        right = np.clip(requantize(again[number], b.multiplier, b.shift), *_INT16)
        function = sigmoid16.tanh if number == _CELL_GATE else sigmoid16.logistic
        yield function(np.clip(left + right, *_INT16), _GATE_INPUT)
