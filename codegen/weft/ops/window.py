"""Windows that slide over an image: padding, output size, rows and columns that are read.

Shared by convolutions and pools. Knows shapes and options, not what is computed in a window.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from weft.errors import CompileError
from weft.ir import Tensor
from weft.ops.activation import Fused
from weft.ops.base import Check, Options, OpView, Values
from weft.ops.checks import named

_SAME, _VALID = 0, 1
_LIMIT = (1 << 16) - 1


class Pads(NamedTuple):
    """Rows and columns that the window sees around the image."""

    top: int = 0
    bottom: int = 0
    left: int = 0
    right: int = 0


@dataclass(frozen=True, slots=True)
class Sliding:
    """Attributes of every windowed operator; `pads` are explicit, whatever the model said."""

    pads: Pads
    stride_h: int
    stride_w: int
    activation: Fused


@dataclass(frozen=True, slots=True)
class Axis:
    """A window along rows or columns: output i reads i*stride - before + k*dilation, k < size."""

    size: int
    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0

    @property
    def extent(self) -> int:
        """Positions from the first that is read to the last, both included."""
        return (self.size - 1) * self.dilation + 1

    def count(self, length: int) -> int:
        """Outputs along an axis of `length` positions; none, or fewer, if the window is wider."""
        return (length + self.before + self.after - self.extent) // self.stride + 1

    def trail(self, length: int) -> int:
        """Positions behind the image that are really read; some of `after` may be skipped."""
        last = (self.count(length) - 1) * self.stride - self.before + self.extent
        return max(0, last - length)

    def taken(self, tap: int, count: int) -> slice:
        """The positions of a padded axis that `tap` of outputs 0 to count - 1 reads."""
        first = tap * self.dilation
        return slice(first, first + (count - 1) * self.stride + 1, self.stride)


Axes = Callable[[OpView], tuple[Axis, Axis]]
"""The window of an operator along rows and along columns."""


def image(tensor: Tensor) -> tuple[int, int]:
    """Height and width of an NHWC tensor."""
    return tensor.shape[1], tensor.shape[2]


def explicit_pads(options: Options, size: tuple[int, int], window: tuple[Axis, Axis]) -> Pads:
    """SAME or VALID padding of an image of height and width `size`.

    A stride below 1 gives some padding too: a check refuses it later.
    """
    padding = int(options["padding"])
    if padding not in (_SAME, _VALID):
        raise CompileError(f"padding {padding} is neither SAME (0) nor VALID (1)")
    if padding == _VALID:
        return Pads()
    rows, columns = (_same(length, axis) for length, axis in zip(size, window, strict=True))
    return Pads(*rows, *columns)


def _same(length: int, axis: Axis) -> tuple[int, int]:
    stride = max(axis.stride, 1)
    outputs = -(-length // stride)
    total = max((outputs - 1) * stride + axis.extent - length, 0)
    return total // 2, total - total // 2


def turned(attrs: Any) -> Any:
    """The attributes of a windowed operator with rows and columns exchanged."""
    top, bottom, left, right = attrs.pads
    pads = Pads(left, right, top, bottom)
    return replace(attrs, pads=pads, stride_h=attrs.stride_w, stride_w=attrs.stride_h)


def padded(values: Values, pads: Pads, fill: float) -> Values:
    """An NHWC image with its padding."""
    around = ((0, 0), (pads.top, pads.bottom), (pads.left, pads.right), (0, 0))
    return np.pad(values, around, constant_values=fill)


def rank_4(op: OpView) -> str | None:
    "input, output and filter, if there is one, have rank 4"
    for tensor in (*op.inputs[:2], op.output):
        if tensor is not None and len(tensor.shape) != 4:
            return f"{named(tensor)} has rank {len(tensor.shape)}"
    return None


def one_batch(op: OpView) -> str | None:
    "the batch size is 1"
    batch = op.input(0).shape[0]
    return None if batch == 1 else f"it is {batch}"


def positive_window(axes: Axes) -> Check:
    """Sizes, strides and dilations are such that every position can be computed."""

    def check(op: OpView) -> str | None:
        for axis, name in zip(axes(op), ("vertically", "horizontally"), strict=True):
            for value, what in (
                (axis.size, "filter size"),
                (axis.stride, "stride"),
                (axis.dilation, "dilation"),
                (axis.extent, "dilated filter"),
            ):
                if not 1 <= value <= _LIMIT:
                    return f"the {what} is {value} {name}"
        return None

    check.__doc__ = f"filters (with dilation), strides and dilations are 1 to {_LIMIT}"
    return check


def output_size(axes: Axes) -> Check:
    """The output has one position for each place of the window."""

    def check(op: OpView) -> str | None:
        window = axes(op)
        expected = tuple(axis.count(n) for axis, n in zip(window, image(op.input(0)), strict=True))
        actual = image(op.output)
        if actual == expected and op.output.shape[0] == op.input(0).shape[0]:
            return None
        need = "no output" if min(expected) < 1 else f"{expected[0]} by {expected[1]} outputs"
        return f"{named(op.output)} is {list(op.output.shape)} and the window has {need}"

    check.__doc__ = "the output has as many rows and columns as the window has places"
    return check
