"""MIRROR_PAD: a border that shows the tensor in a mirror, with or without the edge once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from weft.errors import CompileError
from weft.ir import Node
from weft.ops.base import Kernel, Operator, Options, OpView, Params, Values
from weft.ops.checks import computed, takes
from weft.ops.copy import moves_nothing, same_meaning, same_type
from weft.ops.geometry import Geometry, RowTable
from weft.ops.movement import pad

_MODES = ("reflect", "symmetric")  # by their number in the schema


@dataclass(frozen=True, slots=True)
class MirrorPadAttrs(pad.PadAttrs):
    """Besides the paddings: whether the edge itself is left out of the mirror (reflect)."""

    reflect: bool


def _seen(op: OpView) -> str | None:
    "paddings are at most as long as what the mirror shows"
    for n, pair in zip(op.input(0).shape, op.attrs.pads, strict=True):
        if max(pair) > n - op.attrs.reflect:
            return f"an axis of {n} is padded by {max(pair)}"
    return None


def _image(op: OpView) -> str | None:
    "input and output are one image, of rank 4 with batch 1 or of rank 1 to 3"
    shape = op.output.shape
    fits = 1 <= len(shape) <= 3 or (len(shape) == 4 and shape[0] == 1)
    return None if fits else f"the output is {list(shape)}"


def _mirrored(i: int, length: int, reflect: bool) -> int:
    """The place in the image that place i shows, in front of it, in it or behind it."""
    if i < 0:
        return -1 - i + reflect
    return i if i < length else 2 * length - 1 - i - reflect


def _rows(op: OpView) -> Geometry:
    (top, _), _, _ = pad.image_pads(op)
    height, reflect = op.input(0).rows[0], op.attrs.reflect
    rows = (_mirrored(y - top, height, reflect) for y in range(op.output.rows[0]))
    return Geometry((RowTable(tuple(rows)),))


def _params(op: OpView) -> Params:
    _, (left, right), (before, after) = pad.image_pads(op)
    _, pixels, channels = op.input(0).rows
    return {
        "pixels": pixels,
        "left": left,
        "right": right,
        "channels": channels,
        "before": before,
        "after": after,
        "skip": int(op.attrs.reflect),
        "size": op.input(0).dtype.size,
    }


class MirrorPad(Operator):
    """out = in with a border that mirrors it."""

    name = "mirror_pad"
    tflite = "MIRROR_PAD"
    options = "MirrorPadOptions"
    fields = ("mode",)
    parameters = (1,)
    checks = (
        takes(1),
        computed(0, "input"),
        same_type,
        same_meaning,
        _image,
        *pad.SHAPE_CHECKS,
        _seen,
    )
    kernels = (
        Kernel(
            symbol="weft_mirror_pad",
            struct="weft_mirror_pad_params",
            source="mirror_pad.c",
            header="mirror_pad.h",
            params=_params,
            rows=_rows,
            why="row by row",
        ),
    )

    idle = staticmethod(moves_nothing)

    @staticmethod
    def parse(options: Options, op: OpView) -> MirrorPadAttrs:
        mode = int(options["mode"])
        if not 0 <= mode < len(_MODES):
            raise CompileError(f"mode {mode} is neither 0 (reflect) nor 1 (symmetric)")
        return MirrorPadAttrs(pad.parse_pads(op), _MODES[mode] == "reflect")

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return replace(op.node, attrs=replace(op.attrs, pads=pad.turned_pads(op)))

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        mode = _MODES[0 if op.attrs.reflect else 1]
        return (np.pad(np.asarray(inputs[0]), op.attrs.pads, mode=mode),)  # type: ignore[call-overload]
