"""GATHER and GATHER_ND: parts of a tensor that are chosen by index."""

from __future__ import annotations

from weft.ops.axes import from_front
from weft.ops.base import Options, OpView
from weft.ops.broadcast import at_most_six_axes
from weft.ops.checks import named, require, takes
from weft.ops.copy import same_meaning, same_type
from weft.ops.movement.gathering import (
    ByIndex,
    GatherAttrs,
    in_range,
    index_types,
    output_shape,
    some_computed,
)


def _same_batches(op: OpView) -> str | None:
    "the batch axes come before the axis, and are the same in the input and in its indices"
    axis, batch = op.attrs.axis, op.attrs.batch_dims
    shape, indices = op.input(0).shape, op.input(1).shape
    if batch <= min(axis, len(indices)) and shape[:batch] == indices[:batch]:
        return None
    return f"there are {batch} of {list(shape)} and {list(indices)}, and the axis is {axis}"


def _gathered_shape(op: OpView) -> str | None:
    "the output has the shape of the indices in place of the axis"
    axis, batch = op.attrs.axis, op.attrs.batch_dims
    shape = op.input(0).shape
    return output_shape(op, shape[:axis] + op.input(1).shape[batch:] + shape[axis + 1 :])


class Gather(ByIndex):
    """out = the slices of the input along an axis that the indices name."""

    name = "gather"
    tflite = "GATHER"
    options = "GatherOptions"
    fields = ("axis", "batch_dims")
    checks = (
        takes(2),
        some_computed,
        same_type,
        same_meaning,
        index_types,
        at_most_six_axes,
        _same_batches,
        _gathered_shape,
        in_range,
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> GatherAttrs:
        require(op, takes(2))
        batch, rank = int(options["batch_dims"]), len(op.input(1).shape)
        axis = from_front(int(options["axis"]), op.input(0))
        return GatherAttrs(axis, batch + rank if batch < 0 else batch)


def _names_axes(op: OpView) -> str | None:
    "the last axis of the indices names axes of the input, at least one"
    indices, rank = op.input(1).shape, len(op.input(0).shape)
    if indices and indices[-1] <= rank:
        return None
    return f"{named(op.input(1))} is {list(indices)} for rank {rank}"


def _picked_shape(op: OpView) -> str | None:
    "the output has the shape of the indices, then of the input behind the axes that they name"
    indices = op.input(1).shape
    return output_shape(op, indices[:-1] + op.input(0).shape[indices[-1] :])


class GatherNd(ByIndex):
    """out = the parts of the input that the indices name, each by several axes at once."""

    name = "gather_nd"
    tflite = "GATHER_ND"
    options = "GatherNdOptions"
    checks = (
        takes(2),
        some_computed,
        same_type,
        same_meaning,
        index_types,
        at_most_six_axes,
        _names_axes,
        _picked_shape,
        in_range,
    )
