"""AVERAGE_POOL_2D and MAX_POOL_2D: mean or greatest value of a window; padding does not count.

The values keep their scale. The mean is rounded to nearest, ties away from (stored) zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from weft.ir import DType, Node
from weft.ops import window
from weft.ops.activation import clamp_range, fused_activation
from weft.ops.base import Kernel, Operator, Options, OpView, Params, Values
from weft.ops.checks import (
    activations,
    computed,
    named,
    one_type,
    quantized,
    require,
    same_quantization,
    takes,
)
from weft.ops.geometry import Geometry, Outside, RowWindow
from weft.ops.window import Axis, Sliding


@dataclass(frozen=True, slots=True)
class Pooling(Sliding):
    """Size of the window and where it is applied."""

    size_h: int
    size_w: int


def axes(op: OpView) -> tuple[Axis, Axis]:
    """The window along rows and along columns."""
    a = op.attrs
    return (
        Axis(a.size_h, a.stride_h, 1, a.pads.top, a.pads.bottom),
        Axis(a.size_w, a.stride_w, 1, a.pads.left, a.pads.right),
    )


def same_channels(op: OpView) -> str | None:
    "the output has the input's channels"
    a, b = op.input(0).shape[3], op.output.shape[3]
    return None if a == b else f"{named(op.input(0))} has {a} and {named(op.output)} has {b}"


def window_never_empty(op: OpView) -> str | None:
    "every window has a part of the image, of fewer than 2**23 pixels of int8 or 2**15 of int16"
    area, limit = 1, 1 << (23 if op.input(0).dtype is DType.INT8 else 15)
    for axis, length, outputs in zip(
        axes(op), window.image(op.input(0)), window.image(op.output), strict=True
    ):
        if axis.before >= axis.size or (outputs - 1) * axis.stride - axis.before >= length:
            return "one lies in the padding"
        area *= min(axis.size, length)
    return None if area < limit else f"there are {area}"


def _geometry(op: OpView) -> Geometry:
    rows, _ = axes(op)
    return Geometry((RowWindow(rows.size, rows.stride, pad=rows.before, outside=Outside.NULL),))


def _accumulating(_: OpView) -> Geometry:
    return Geometry((RowWindow(),), accumulate=True)


def _one_row(op: OpView) -> bool:
    return op.output.shape[1] == 1


def _params(op: OpView) -> Params:
    low, high = clamp_range(op.attrs.activation, op.output.q, *op.output.dtype.limits)
    return {
        "input_width": op.input(0).shape[2],
        "output_width": op.output.shape[2],
        "channels": op.output.shape[3],
        "filter_height": op.attrs.size_h,
        "filter_width": op.attrs.size_w,
        "stride_width": op.attrs.stride_w,
        "pad_top": op.attrs.pads.top,
        "pad_left": op.attrs.pads.left,
        "activation_min": low,
        "activation_max": high,
        "output_step": op.output.pixel_step,
    }


def _any(_: OpView) -> bool:
    return True


def _sums_fit_pairs(op: OpView) -> bool:
    """Whether the sum of a window fits 16 bits: WEFT_PIXELS_OF_PAIRS."""
    sizes = zip(axes(op), window.image(op.input(0)), strict=True)
    return math.prod(min(axis.size, length) for axis, length in sizes) <= 256


def _of(dtype: DType, *more: Callable[[OpView], bool]) -> Callable[[OpView], bool]:
    return lambda op: op.input(0).dtype is dtype and all(fits(op) for fits in more)


_POOL: Mapping[str, Any] = {
    "struct": "weft_pool_2d_params",
    "header": "pool_2d.h",
    "params": _params,
    "pitched": True,
}
"""What all kernels have in common."""


def _kernels(name: str, reading: str, source: str, **accumulating: Any) -> tuple[Kernel, ...]:
    """A pool's kernels for each type: for one output row, and for any number of them.

    `source` is the file of those for one row.
    """
    one_row = f"one output row: input rows are {reading} as they come"
    taking = {"rows": _accumulating, "why": one_row, **accumulating}
    return tuple(
        kernel
        for kind, dtype in (("s8", DType.INT8), ("s16", DType.INT16))
        for kernel in (
            Kernel(f"weft_{name}_accumulate_{kind}", source=source, when=_of(dtype, _one_row),
                   **_POOL, **taking),
            Kernel(f"weft_{name}_{kind}", source=f"{name}.c", rows=_geometry, when=_of(dtype),
                   **_POOL),
        )
    )  # fmt: skip


def _dsp_kernels(
    name: str,
    reading: str,
    source: str,
    *,
    fits: Callable[[OpView], bool] = _any,
    **accumulating: Any,
) -> tuple[Kernel, ...]:
    """The same by the DSP extension, for int8; `fits` the kernel for any number of rows."""
    fours = "four channels at a time"
    one_row = f"one output row: input rows are {reading} as they come, {fours}"
    needs = frozenset({"dsp"})
    return (
        Kernel(f"weft_{name}_accumulate_s8__dsp", source=source, needs=needs, rows=_accumulating,
               when=_of(DType.INT8, _one_row), why=one_row, **_POOL, **accumulating),
        Kernel(f"weft_{name}_s8__dsp", source=f"{name}_s8__dsp.c", needs=needs,
               rows=_geometry, when=_of(DType.INT8, fits), why=fours, **_POOL),
    )  # fmt: skip


def _sums(op: OpView) -> int:
    return 4 * op.output.elements


class _Pool(Operator):
    """What both pools share."""

    options = "Pool2DOptions"
    clamps = True
    fields = (
        "padding",
        "stride_w",
        "stride_h",
        "filter_width",
        "filter_height",
        "fused_activation_function",
    )
    checks = (
        takes(1),
        computed(0, "input"),
        quantized(activations, "activations", DType.INT8, DType.INT16),
        one_type,
        same_quantization,
        window.rank_4,
        window.one_batch,
        window.positive_window(axes),
        window.output_size(axes),
        same_channels,
        window_never_empty,
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> Pooling:
        require(op, takes(1), window.rank_4)
        rows = Axis(int(options["filter_height"]), int(options["stride_h"]))
        columns = Axis(int(options["filter_width"]), int(options["stride_w"]))
        pads = window.explicit_pads(options, window.image(op.input(0)), (rows, columns))
        activation = fused_activation(options)
        return Pooling(pads, rows.stride, columns.stride, activation, rows.size, columns.size)

    @staticmethod
    def turned(op: OpView) -> Node | None:
        a = window.turned(op.attrs)
        return replace(op.node, attrs=replace(a, size_h=a.size_w, size_w=a.size_h))


def _taps(op: OpView, values: Values, fill: float) -> Values:
    """What each window position reads, first axis; `fill` in padding. (taps, H out, W out, C)."""
    rows, columns = axes(op)
    height, width = window.image(op.output)
    inside = window.padded(values, op.attrs.pads, fill)[0]
    return np.stack(
        [
            inside[rows.taken(y, height), columns.taken(x, width)]
            for y in range(rows.size)
            for x in range(columns.size)
        ]
    )


def _finish(op: OpView, values: Values) -> Values:
    low, high = clamp_range(op.attrs.activation, op.output.q, *op.output.dtype.limits)
    return np.clip(values, low, high).astype(op.output.dtype.numpy).reshape(op.output.shape)


class AveragePool2D(_Pool):
    """Mean of the part of a window that lies in the image."""

    name = "average_pool_2d"
    tflite = "AVERAGE_POOL_2D"
    kernels = (
        *_dsp_kernels(
            "average_pool_2d",
            "added",
            "average_pool_2d_accumulate_s8__dsp.c",
            fits=_sums_fit_pairs,
            state=_sums,
        ),
        *_kernels("average_pool_2d", "added", "average_pool_2d_accumulate.c", state=_sums),
    )

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        image = inputs[0]
        assert image is not None
        total = _taps(op, image.astype(np.int64), 0).sum(axis=0)
        count = _taps(op, np.ones(image.shape, np.int64), 0).sum(axis=0)
        mean = np.sign(total) * ((np.abs(total) + count // 2) // count)
        return (_finish(op, mean),)


class MaxPool2D(_Pool):
    """Greatest value of the part of a window that lies in the image."""

    name = "max_pool_2d"
    tflite = "MAX_POOL_2D"
    kernels = (
        *_dsp_kernels("max_pool_2d", "compared", "max_pool_2d_s8__dsp.c"),
        *_kernels("max_pool_2d", "compared", "max_pool_2d.c"),
    )

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        image = inputs[0]
        assert image is not None
        return (_finish(op, _taps(op, image, op.input(0).dtype.limits[0]).max(axis=0)),)
