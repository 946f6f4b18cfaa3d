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

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from weft.errors import CompileError
from weft.ir import Node
from weft.ops.base import Kernel, Operator, Options, OpView, Params, Values, array
from weft.ops.checks import require
from weft.ops.elementwise import sigmoid16
from weft.ops.elementwise.sigmoid16 import Steps
from weft.ops.stateful import lstm_inputs
from weft.ops.stateful.lstm_inputs import (
    BIAS,
    CELL,
    GATE_BITS,
    HIDDEN,
    INPUT,
    RECURRENT,
    WEIGHTS,
    gate_scales,
    tensors_at,
    unit_count,
)
from weft.quant import Ints, Requant, f32, requantize, requants

_UNIT_CYCLES = 600  # of a unit in a time step, but for its products, on a Cortex-M4
_TANH = 4  # the activation of the cell gate in the schema's numbers
_GATE_INPUT = Steps.of_power(-GATE_BITS)
_CELL_GATE = 2
_INT16 = (-(1 << 15), (1 << 15) - 1)


@dataclass(frozen=True, slots=True)
class LstmAttrs:
    """`cell_clip` is a real bound of the cell state, 0 for none."""

    cell_clip: float
    time_major: bool


def _matrix(op: OpView, positions: Sequence[int]) -> Ints:
    """The weights of all gates, one below the other."""
    rows = [t.data.reshape(-1, t.shape[-1]) for t in tensors_at(op, positions)]
    return np.concatenate(rows).astype(np.int64)


def _input_bias(op: OpView) -> Ints:
    """The biases of all gates, less what the input's zero point adds."""
    given = np.concatenate([t.data for t in tensors_at(op, BIAS)]).astype(np.int64)
    bias: Ints = given - op.input(INPUT).q.zp * _matrix(op, WEIGHTS).sum(axis=1)
    return bias


def _recurrent_bias(op: OpView) -> Ints:
    """What the hidden state's zero point takes from the sums of all gates."""
    taken: Ints = -op.input(HIDDEN).q.zp * _matrix(op, RECURRENT).sum(axis=1)
    return taken


def _clip(op: OpView) -> int:
    """The greatest magnitude of the cell state, as stored; without a bound that of -32768."""
    if op.attrs.cell_clip <= 0:
        return -_INT16[0]
    return int(min(f32(op.attrs.cell_clip / op.input(CELL).q.s), float(_INT16[1])))


def _tanh_of_cell(op: OpView) -> Steps:
    return Steps.of_power(round(float(np.log2(op.input(CELL).q.s))))


_FORGET = Requant.of(2.0**-15)


def _update(op: OpView) -> Requant:
    return Requant.of(2.0**-30 / op.input(CELL).q.s)


def _hidden(op: OpView) -> Requant:
    return Requant.of(2.0**-30 / op.input(HIDDEN).q.s)


def _params(op: OpView) -> Params:
    multiplier, shift = requants(gate_scales(op, INPUT, WEIGHTS))
    again, again_shift = requants(gate_scales(op, HIDDEN, RECURRENT))
    tanh, update, hidden = _tanh_of_cell(op), _update(op), _hidden(op)
    return {
        "input_weights": array(_matrix(op, WEIGHTS), "int8"),
        "recurrent_weights": array(_matrix(op, RECURRENT), "int8"),
        "input_bias": array(_wrapped(_input_bias(op)), "int32"),
        "recurrent_bias": array(_recurrent_bias(op), "int32"),
        "input_multiplier": array(multiplier, "int32"),
        "input_shift": array(shift, "int32"),
        "recurrent_multiplier": array(again, "int32"),
        "recurrent_shift": array(again_shift, "int32"),
        "steps": op.output.rows[1],
        "inputs": op.input(INPUT).shape[-1],
        "units": unit_count(op),
        "update_multiplier": update.multiplier,
        "update_shift": update.shift,
        "clip": _clip(op),
        "tanh_multiplier": tanh.multiplier,
        "tanh_shift": tanh.shift,
        "hidden_multiplier": hidden.multiplier,
        "hidden_shift": hidden.shift,
        "hidden_zero_point": op.input(HIDDEN).q.zp,
    }


def _wrapped(values: Ints) -> Ints:
    return values.astype(np.int32).astype(np.int64)


def _scratch(op: OpView) -> int:
    """The gates of a time step, int16."""
    return 4 * unit_count(op) * 2


def _dsp_cycles(op: OpView, _: int) -> int:
    """Roughly, of an inference."""
    units, inputs = unit_count(op), op.input(INPUT).shape[-1]
    return op.output.elements * (8 * (units + inputs) + _UNIT_CYCLES)


_KERNEL: Mapping[str, Any] = {
    "struct": "weft_lstm_s8_params",
    "header": "lstm_s8.h",
    "params": _params,
    "scratch": _scratch,
    "shared": (sigmoid16.TABLE_SOURCE,),
}
"""What both kernels have in common."""


class UnidirectionalSequenceLstm(Operator):
    """A plain LSTM layer over a sequence; hidden and cell state stay for the next inference."""

    name = "unidirectional_sequence_lstm"
    tflite = "UNIDIRECTIONAL_SEQUENCE_LSTM"
    options = "UnidirectionalSequenceLSTMOptions"
    fields = ("fused_activation_function", "cell_clip", "time_major")
    updates = (HIDDEN, CELL)
    checks = (
        lstm_inputs.plain,
        lstm_inputs.constants,
        lstm_inputs.types,
        lstm_inputs.weights_centered,
        lstm_inputs.sizes_agree,
        lstm_inputs.output_is_hidden,
        lstm_inputs.cell_scale,
        lstm_inputs.sums_fit,
        lstm_inputs.scales_fit,
    )
    kernels = (
        Kernel(
            "weft_lstm_s8_dsp",
            source="lstm_s8__dsp.c",
            needs=frozenset({"dsp"}),
            why="four gates at a time, two products per instruction",
            cycles=_dsp_cycles,
            **_KERNEL,
        ),
        Kernel("weft_lstm_s8", source="lstm_s8.c", **_KERNEL),
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> LstmAttrs:
        activation = int(options["fused_activation_function"])
        if activation != _TANH:
            raise CompileError(f"fused activation {activation} is not supported, only TANH")
        attrs = LstmAttrs(f32(options["cell_clip"]), bool(options["time_major"]))
        node = OpView(_with(op.node, attrs), op.inputs, op.outputs)
        require(node, lstm_inputs.plain, lstm_inputs.one_sequence, lstm_inputs.matrices)
        return attrs

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return op.node

    @staticmethod
    def disputed(op: OpView) -> str | None:
        return "LiteRT approximates sigmoid and tanh otherwise"

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        x, hidden, cell = (np.asarray(inputs[i], np.int64) for i in (INPUT, HIDDEN, CELL))
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
            hidden = np.clip(scaled + op.input(HIDDEN).q.zp, -128, 127)
            made.append(hidden)
        output = np.stack(made).astype(np.int8).reshape(op.output.shape)
        return output, hidden.astype(np.int8)[None], cell.astype(np.int16)[None]

    @staticmethod
    def macs(op: OpView) -> int:
        units, inputs = unit_count(op), op.input(INPUT).shape[-1]
        steps = op.output.elements // units
        return steps * 4 * units * (inputs + units)


def _with(node: Node, attrs: LstmAttrs) -> Node:
    return Node(node.op, node.inputs, node.outputs, attrs, node.origins, node.updates)


def _gates(op: OpView, x: Ints, hidden: Ints) -> Iterator[Ints]:
    """The values of gates i, f, g and o in a time step, in units of 2**-15."""
    sums = (_matrix(op, WEIGHTS) @ x + _input_bias(op)).reshape(4, -1)
    again = (_matrix(op, RECURRENT) @ hidden + _recurrent_bias(op)).reshape(4, -1)
    scales = zip(gate_scales(op, INPUT, WEIGHTS), gate_scales(op, HIDDEN, RECURRENT),
                 strict=True)  # fmt: skip
    for number, (first, second) in enumerate(scales):
        a, b = Requant.of(first), Requant.of(second)
        left = np.clip(requantize(_wrapped(sums[number]), a.multiplier, a.shift), *_INT16)
        right = np.clip(requantize(again[number], b.multiplier, b.shift), *_INT16)
        function = sigmoid16.tanh if number == _CELL_GATE else sigmoid16.logistic
        yield function(np.clip(left + right, *_INT16), _GATE_INPUT)
