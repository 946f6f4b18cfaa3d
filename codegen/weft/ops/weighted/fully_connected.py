"""FULLY_CONNECTED: matrix times vector with bias and fused activation, for each vector of a batch.

acc[o] = bias[o] + sum(w[o] - zw) * (x - zx); y[o] = clamp(requantize(acc[o], m[o]) + zy).
The input is flattened: its shape matters only through the number of elements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from weft.errors import CompileError
from weft.ops.activation import Fused, fused_activation
from weft.ops.base import Kernel, Operator, Options, OpView, Params, Values, array, whole
from weft.ops.checks import named
from weft.ops.streams import Streams
from weft.ops.weighted import fully_connected_dsp, linear, linear_checks, wide, wide_pairs
from weft.ops.weighted.vectors import AXIS, batch, multipliers


@dataclass(frozen=True, slots=True)
class Attrs:
    """What the model says about this operator beyond its tensors."""

    activation: Fused


def matrix_weights(op: OpView) -> str | None:
    "the weights have rank 2"
    shape = op.input(1).shape
    return None if len(shape) == 2 else f"{named(op.input(1))} has rank {len(shape)}"


def sizes_agree(op: OpView) -> str | None:
    "the input holds the weights' columns and the output their rows, once for each of the batch"
    rows, columns = op.input(1).shape
    if op.output.shape[-1:] != (rows,):
        return f"{named(op.output)} is {list(op.output.shape)} for {rows} rows"
    if op.input(0).elements != batch(op) * columns:
        shape = list(op.input(0).shape)
        return f"{named(op.input(0))} is {shape} for {batch(op)} times {columns} columns"
    return None


def zero_point_by_tensor(op: OpView) -> str | None:
    "weights are around 0 unless they are int8, have a single scale, and so has an int8 input"
    quant = op.input(1).q
    if quant.per_channel or not linear.int8_weighted(op):
        return linear_checks.weights_zero_point_0(op)
    if len(quant.zero_point) != 1:
        return f"{named(op.input(1))} has {len(quant.zero_point)} zero points"
    zero_point = quant.zero_point[0]
    return None if -128 <= zero_point <= 127 else f"that of {named(op.input(1))} is {zero_point}"


def _params(op: OpView) -> Params:
    rows, columns = op.input(1).shape
    return {
        "weights": array(linear.quads(op.input(1).data), "int8"),
        **linear.output_params(op, AXIS, multipliers(op)),
        "batch": batch(op),
        "input_size": columns,
        "output_size": rows,
        "weight_zero_point": op.input(1).q.zero_point[0],
    }


def _vectors(op: OpView) -> Params:
    """A convolution of filter size 1 over an image whose only row holds the batch."""
    rows, columns = op.input(1).shape
    return {
        "output_width": batch(op),
        "output_channels": rows,
        "pixel_step": columns,
        "filter_height": 1,
        "dilation_height": 1,
        "runs": 1,
        "run_length": columns,
        "run_step": 0,
    }


def _int4_params(op: OpView) -> Params:
    weights = linear.quads_of_int4(op.input(1).data, op.input(1).shape[1])
    return {
        "weights": array(weights, "int8"),
        **linear.output_params(op, AXIS, multipliers(op)),
        **_vectors(op),
        "output_step": op.output.pixel_step,
        "groups": 1,
    }


def _wide_params(op: OpView) -> Params:
    return {
        "weights": array(linear.quads(op.input(1).data), "int8"),
        **wide.output_params(op, AXIS, multipliers(op)),
        **_vectors(op),
        "output_step": op.output.pixel_step,
        **wide.piece_params(op, AXIS, 1, op.input(1).shape[1]),
        "groups": 1,
    }


def _window(op: OpView) -> wide_pairs.Window:
    return wide_pairs.Window(1, op.input(1).shape[1])


def _wide_pair_scratch(op: OpView) -> int:
    return _window(op).scratch(two=batch(op) > 1)


def _wide_pair_cycles(op: OpView, _: int, *, pieces: bool = False) -> int:
    cycles = wide_pairs.piece_cycles if pieces else wide_pairs.cycles
    return cycles(_window(op), op.input(1).shape[0], *divmod(batch(op), 2))


def _rows(op: OpView) -> Params:
    return {**_vectors(op), "row_step": 0, "vectors": 2}


def _wide_pair_params(op: OpView) -> Params:
    fields = wide_pairs.params(op, AXIS, _window(op), multipliers)
    return {**_rows(op), **fields}


def _wide_piece_params(op: OpView) -> Params:
    fields = wide_pairs.piece_params(op, AXIS, _window(op), multipliers)
    return {**wide_pairs.in_conv(_rows(op)), **fields}


class FullyConnected(Operator):
    """Matrix of (outputs, inputs) weights times each vector of the flattened input."""

    name = "fully_connected"
    tflite = "FULLY_CONNECTED"
    streams = Streams.NEVER
    clamps = True
    options = "FullyConnectedOptions"
    fields = ("fused_activation_function", "weights_format", "quantized_bias_type")
    checks = (
        *linear_checks.OPERANDS,
        matrix_weights,
        linear_checks.scales_by_channel(AXIS),
        zero_point_by_tensor,
        sizes_agree,
        *linear_checks.number_checks(AXIS, multipliers),
    )
    flat = True
    kernels = (
        Kernel(
            **wide_pairs.KERNEL,
            params=_wide_pair_params,
            rows=whole,
            when=partial(wide_pairs.fits, axis=AXIS, multipliers=multipliers),
            scratch=_wide_pair_scratch,
            cycles=_wide_pair_cycles,
        ),
        Kernel(
            **wide_pairs.PIECES_KERNEL,
            params=_wide_piece_params,
            rows=whole,
            scratch=_wide_pair_scratch,
            cycles=partial(_wide_pair_cycles, pieces=True),
        ),
        Kernel(**wide.KERNEL, params=_wide_params, rows=whole),
        Kernel(**linear.INT4_KERNEL, params=_int4_params, rows=whole),
        *fully_connected_dsp.KERNELS,
        Kernel(
            "weft_fully_connected_s8",
            "weft_fully_connected_s8_params",
            "fully_connected_s8.c",
            "fully_connected_s8.h",
            _params,
            rows=whole,
            when=linear.int8_weighted,
        ),
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> Attrs:
        if int(options["weights_format"]) != 0:
            raise CompileError("weights are shuffled (weights_format is not DEFAULT)")
        linear_checks.require_stated_sums(options, op.optional(0), op.optional(2))
        return Attrs(fused_activation(options))

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        values, weights = inputs[0], inputs[1]
        assert values is not None and weights is not None
        x = values.reshape(batch(op), -1).astype(np.float64) - op.input(0).q.zp
        w = weights.astype(np.float64) - op.input(1).q.zero_point[0]
        sums = (x @ w.T).astype(np.int64) + linear.bias(op, len(w))
        return (linear.finish(op, sums, multipliers(op)),)

    @staticmethod
    def macs(op: OpView) -> int:
        return op.output.elements * op.input(1).shape[1]
