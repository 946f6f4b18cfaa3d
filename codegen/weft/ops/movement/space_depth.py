"""SPACE_TO_DEPTH and DEPTH_TO_SPACE: square blocks of pixels to channels of one pixel, and back.

The pixels of one row of a block are neighbors on both sides, so each row is copied in runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from weft.ops import window
from weft.ops.base import Check, Kernel, Operator, Options, OpView, Params, Values
from weft.ops.checks import computed, named, takes
from weft.ops.copy import moves_nothing, same_meaning, same_type
from weft.ops.geometry import Geometry, RowTable, RowWindow


@dataclass(frozen=True, slots=True)
class Blocks:
    """Rows and columns of pixels that make one."""

    size: int


def _positive(op: OpView) -> str | None:
    "the block size is positive"
    return None if op.attrs.size > 0 else f"it is {op.attrs.size}"


def _deep(shape: tuple[int, ...], size: int) -> list[int]:
    """The shape in which blocks are pixels."""
    batch, height, width, channels = shape
    return [batch, height // size, width // size, channels * size * size]


def _fits(flat: OpView, deep: list[int], shallow: tuple[int, ...], name: str) -> str | None:
    size = flat.attrs.size
    if deep == _deep(shallow, size) and not (shallow[1] % size or shallow[2] % size):
        return None
    return f"{name} is {list(flat.output.shape)} for {list(flat.input(0).shape)} and {size}"


def _deeper(op: OpView) -> str | None:
    "the input consists of blocks, and the output has a pixel for each"
    return _fits(op, list(op.output.shape), op.input(0).shape, named(op.output))


def _shallower(op: OpView) -> str | None:
    "the output consists of blocks, one for each pixel of the input"
    return _fits(op, list(op.input(0).shape), op.output.shape, named(op.output))


def _checks(shapes: Check) -> tuple[Check, ...]:
    return (
        takes(1),
        computed(0, "input"),
        same_type,
        same_meaning,
        window.rank_4,
        window.one_batch,
        _positive,
        shapes,
    )


def _gathered_rows(op: OpView) -> Geometry:
    size = op.attrs.size
    return Geometry((RowWindow(size, size),))


def _split_rows(op: OpView) -> Geometry:
    size = op.attrs.size
    return Geometry((RowTable(tuple(y // size for y in range(op.output.shape[1]))),))


def _gather_params(op: OpView) -> Params:
    run = op.attrs.size * op.input(0).shape[3] * op.input(0).dtype.size
    return {
        "run": run,
        "runs": op.output.shape[2],
        "rows": op.attrs.size,
        "parts": 1,
        "in_step": run,
        "out_step": op.attrs.size * run,
    }


def _split_params(op: OpView) -> Params:
    run = op.attrs.size * op.output.shape[3] * op.input(0).dtype.size
    return {
        "run": run,
        "runs": op.input(0).shape[2],
        "rows": 1,
        "parts": op.attrs.size,
        "in_step": op.attrs.size * run,
        "out_step": run,
    }


class _SpaceDepth(Operator):
    """What both share."""

    fields = ("block_size",)

    idle = staticmethod(moves_nothing)

    @staticmethod
    def parse(options: Options, op: OpView) -> Blocks:
        return Blocks(int(options["block_size"]))


class SpaceToDepth(_SpaceDepth):
    """Each block of pixels becomes one pixel with the channels of all."""

    name = "space_to_depth"
    tflite = "SPACE_TO_DEPTH"
    options = "SpaceToDepthOptions"
    checks = _checks(_deeper)
    kernels = (
        Kernel(
            symbol="weft_copy_runs",
            struct="weft_copy_runs_params",
            source="copy_runs.c",
            header="copy_runs.h",
            params=_gather_params,
            rows=_gathered_rows,
            why="a row from the rows of its blocks",
        ),
    )

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        values, size = np.asarray(inputs[0]), op.attrs.size
        _, height, width, _ = op.output.shape
        blocks = values.reshape(height, size, width, size, -1).transpose(0, 2, 1, 3, 4)
        return (blocks.reshape(op.output.shape),)


class DepthToSpace(_SpaceDepth):
    """Each pixel becomes a block of pixels that share out its channels."""

    name = "depth_to_space"
    tflite = "DEPTH_TO_SPACE"
    options = "DepthToSpaceOptions"
    checks = _checks(_shallower)
    kernels = (
        Kernel(
            symbol="weft_copy_runs",
            struct="weft_copy_runs_params",
            source="copy_runs.c",
            header="copy_runs.h",
            params=_split_params,
            rows=_split_rows,
            why="a row from a part of each pixel",
        ),
    )

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        values, size = np.asarray(inputs[0]), op.attrs.size
        _, height, width, _ = values.shape
        blocks = values.reshape(height, width, size, size, -1).transpose(0, 2, 1, 3, 4)
        return (blocks.reshape(op.output.shape),)
