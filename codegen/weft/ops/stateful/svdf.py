"""SVDF: a rank-limited filter over time. It keeps the last outputs of its feature filters.

Each inference, for filter f of `memory` kept values (oldest first) and unit u of `rank` filters:

    state[f] = state[f][1:] + clamp(requantize(sum(wf[f] * (x - zx)), sx * swf / ss))
    y[u] = clamp(requantize(bias[u] + sum(wt * state over the unit's filters), ss * swt / sy) + zy)

The products of scales are taken in float32. The fused activation that a model names is applied by
no reference kernel, and not here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from weft.errors import CompileError
from weft.ir import DType, Tensor
from weft.ops.base import Kernel, Operator, Options, OpView, Params, Values, array, whole
from weft.ops.checks import constant, named, quantized, takes, unsuitable
from weft.ops.streams import Streams
from weft.quant import Ints, Requant, f32, requantize, wrap32

_FILTER_CYCLES = 70  # of a filter, but for its products, on a Cortex-M4
_INPUT, _FEATURES, _TIME, _BIAS, _STATE = range(5)
_MOST_INPUTS = 1 << 16  # products of 8 bits each, whose sum fits 32 bits
_ACTIVATIONS = {0: "NONE", 1: "RELU"}  # those that the reference kernels take, to ignore them


@dataclass(frozen=True, slots=True)
class SvdfAttrs:
    """How many filters a unit has."""

    rank: int


@dataclass(frozen=True, slots=True)
class _Sizes:
    inputs: int
    filters: int
    memory: int
    units: int

    @classmethod
    def of(cls, op: OpView) -> _Sizes:
        filters, inputs = op.input(_FEATURES).shape
        return cls(inputs, filters, op.input(_TIME).shape[1], filters // op.attrs.rank)


def _feature_scale(op: OpView) -> float:
    """From sums of the feature filters to the state."""
    x, weights, state = (op.input(i).q.s for i in (_INPUT, _FEATURES, _STATE))
    return f32(f32(x * weights) / state)


def _output_scale(op: OpView) -> float:
    """From sums over time to the output."""
    state, weights = op.input(_STATE).q.s, op.input(_TIME).q.s
    return f32(f32(state * weights) / op.output.q.s)


def _int8(op: OpView) -> tuple[Tensor, ...]:
    return op.input(_INPUT), op.input(_FEATURES), op.output


def _state_type(op: OpView) -> str | None:
    "state and weights over time are both int16, or both int8, with one scale and zero point 0"
    tensors = op.input(_TIME), op.input(_STATE)
    if tensors[0].dtype is not tensors[1].dtype:
        return f"they are {tensors[1].dtype.value} and {tensors[0].dtype.value}"
    return unsuitable(tensors, DType.INT16, DType.INT8) or _not_centered(tensors)


def _features_centered(op: OpView) -> str | None:
    "the feature weights have zero point 0"
    return _not_centered((op.input(_FEATURES),))


def _not_centered(tensors: Sequence[Tensor]) -> str | None:
    found = (t for t in tensors if t.q.zp != 0)
    return next((f"that of {named(t)} is {t.q.zp}" for t in found), None)


def _sizes_agree(op: OpView) -> str | None:
    "the shapes are (1, inputs), (filters, inputs), (filters, memory), (1, filters / rank)"
    features, time = op.input(_FEATURES).shape, op.input(_TIME).shape
    if len(features) != 2 or len(time) != 2 or features[0] != time[0]:
        return f"the weights are {list(features)} and {list(time)}"
    if op.attrs.rank < 1 or features[0] % op.attrs.rank:
        return f"there are {features[0]} filters of rank {op.attrs.rank}"
    sizes = _Sizes.of(op)
    for tensor, shape in (
        (op.input(_INPUT), (1, sizes.inputs)),
        (op.input(_STATE), (1, sizes.filters * sizes.memory)),
        (op.output, (1, sizes.units)),
    ):
        if tensor.shape != shape:
            return f"{named(tensor)} is {list(tensor.shape)}, not {list(shape)}"
    bias = op.input(_BIAS) if op.inputs[_BIAS] is not None else None
    if bias is not None and bias.shape != (sizes.units,):
        return f"{named(bias)} is {list(bias.shape)} for {sizes.units} units"
    return None


def _bias_type(op: OpView) -> str | None:
    "the bias, if there is one, is int32 with the scale of the sums over time"
    bias = op.inputs[_BIAS]
    if bias is None:
        return None
    if bias.dtype is not DType.INT32:
        return f"{named(bias)} is {bias.dtype.value}"
    if bias.quant is None or len(bias.quant.scale) != 1:
        return f"{named(bias)} has no scale"
    sums = f32(op.input(_STATE).q.s * op.input(_TIME).q.s)
    if abs(bias.q.s - sums) < 1e-5:
        return None
    return f"the scales are {bias.q.s:.9g} and {sums:.9g}"


def _sums_fit(op: OpView) -> str | None:
    "there are at most 65536 inputs, whose products fit 32 bits"
    inputs = op.input(_FEATURES).shape[1]
    return None if inputs <= _MOST_INPUTS else f"there are {inputs}"


def _scales_fit(op: OpView) -> str | None:
    "the scales of state and output are above 2^-30 of those of the sums"
    for scale in (_feature_scale(op), _output_scale(op)):
        if not scale < 1 << 30:
            return f"one is {scale:.9g} times as fine"
    return None


def _bias(op: OpView) -> Ints:
    bias = op.inputs[_BIAS]
    count = _Sizes.of(op).units
    return np.zeros(count, np.int64) if bias is None else bias.data.astype(np.int64)


def _feature_bias(op: OpView) -> Ints:
    """What the input's zero point takes from the sums of the feature filters."""
    weights = op.input(_FEATURES).data.astype(np.int64)
    taken: Ints = -op.input(_INPUT).q.zp * weights.sum(axis=1)
    return taken


def _params(op: OpView) -> Params:
    sizes = _Sizes.of(op)
    feature, output = Requant.of(_feature_scale(op)), Requant.of(_output_scale(op))
    time = op.input(_TIME)
    return {
        "feature_weights": array(op.input(_FEATURES).data, "int8"),
        "feature_bias": array(_feature_bias(op), "int32"),
        "time_weights": array(time.data, time.dtype.value),
        "bias": array(wrap32(_bias(op)), "int32"),
        "inputs": sizes.inputs,
        "filters": sizes.filters,
        "memory": sizes.memory,
        "rank": op.attrs.rank,
        "feature_multiplier": feature.multiplier,
        "feature_shift": feature.shift,
        "output_multiplier": output.multiplier,
        "output_shift": output.shift,
        "output_zero_point": op.output.q.zp,
    }


def _dsp_cycles(op: OpView, _: int) -> int:
    """Roughly, of an inference."""
    sizes = _Sizes.of(op)
    return sizes.filters * (2 * sizes.inputs + 4 * sizes.memory + _FILTER_CYCLES)


def _kernels(dtype: DType) -> tuple[Kernel, Kernel]:
    """For a type of the state: by DSP instructions, and portable."""
    symbol = f"weft_svdf_s8_{dtype.value.replace('int', 's')}"
    common: Mapping[str, Any] = {
        "struct": "weft_svdf_s8_params",
        "header": "svdf_s8.h",
        "params": _params,
        "rows": whole,
        "when": lambda op: op.input(_STATE).dtype is dtype,
    }
    dsp = Kernel(
        f"{symbol}_dsp",
        source="svdf_s8__dsp.c",
        needs=frozenset({"dsp"}),
        why=f"four filters at a time, two products per instruction, {dtype.value} state",
        cycles=_dsp_cycles,
        **common,
    )
    why = f"portable C, {dtype.value} state"
    return dsp, Kernel(symbol, source="svdf_s8.c", why=why, **common)


class Svdf(Operator):
    """Filters over inputs, then over time, with the state that the latter take."""

    name = "svdf"
    tflite = "SVDF"
    streams = Streams.NEVER
    options = "SVDFOptions"
    fields = ("rank", "fused_activation_function")
    updates = (_STATE,)
    checks = (
        takes(3, 5),
        constant(_FEATURES, "feature weights"),
        constant(_TIME, "weights over time"),
        constant(_BIAS, "bias"),
        quantized(_int8, "input, feature weights and output", DType.INT8),
        _features_centered,
        _state_type,
        _sizes_agree,
        _bias_type,
        _sums_fit,
        _scales_fit,
    )
    kernels = (*_kernels(DType.INT16), *_kernels(DType.INT8))

    @staticmethod
    def parse(options: Options, op: OpView) -> SvdfAttrs:
        activation = int(options["fused_activation_function"])
        if activation not in _ACTIVATIONS:
            raise CompileError(f"fused activation {activation} is not supported")
        return SvdfAttrs(int(options["rank"]))

    @staticmethod
    def harmful(op: OpView) -> bool:
        return op.input(_STATE).dtype is DType.INT8  # LiteRT takes it for int16

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        sizes, dtype = _Sizes.of(op), op.input(_STATE).dtype
        x = np.asarray(inputs[_INPUT], np.int64).reshape(-1) - op.input(_INPUT).q.zp
        scale = Requant.of(_feature_scale(op))
        features = op.input(_FEATURES).data.astype(np.int64) @ x
        newest = requantize(features, scale.multiplier, scale.shift)
        state = np.asarray(inputs[_STATE], np.int64).reshape(sizes.filters, sizes.memory)
        state = np.concatenate([state[:, 1:], np.clip(newest, *dtype.limits)[:, None]], axis=1)
        products = state * op.input(_TIME).data.astype(np.int64)
        sums = wrap32(products.reshape(sizes.units, -1).sum(axis=1) + _bias(op))
        scale = Requant.of(_output_scale(op))
        scaled = wrap32(requantize(sums, scale.multiplier, scale.shift) + op.output.q.zp)
        outputs = np.clip(scaled, -128, 127).astype(np.int8).reshape(op.output.shape)
        return outputs, state.astype(dtype.numpy).reshape(op.input(_STATE).shape)

    @staticmethod
    def macs(op: OpView) -> int:
        sizes = _Sizes.of(op)
        return sizes.filters * (sizes.inputs + sizes.memory)
