"""SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND: the pixels of blocks to images of their own, and back.

Pixel (y, x) of a padded image goes to pixel (y // h, x // w) of image (y % h, x % w) of the
batch. A single image is taken, or made, row by row; the batch is whole. Padding is the zero
point, as in LiteRT: TensorFlow Lite Micro pads with a value that it never sets.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from weft.ir import DType, Tensor
from weft.ops.base import Check, Kernel, Operator, Options, OpView, Params, Values, whole
from weft.ops.checks import (
    activations,
    computed,
    constant,
    named,
    quantized,
    require,
    same_quantization,
    takes,
)
from weft.ops.copy import moves_nothing, same_type
from weft.ops.geometry import Geometry, RowWindow, Whole
from weft.ops.streams import Streams


@dataclass(frozen=True, slots=True)
class BatchedBlocks:
    """Rows and columns of a block, and the pixels of padding around the image, (height, width)."""

    block: tuple[int, int]
    before: tuple[int, int]
    after: tuple[int, int]


def _image_shape(tensor: Tensor) -> tuple[int, int, int, int]:
    """(N, H, W, C); a tensor of rank 3 has rows of one pixel."""
    n, h, *w, c = tensor.shape
    return n, h, w[0] if w else 1, c


def _ranks(op: OpView) -> str | None:
    "input and output have rank 4, or rank 3 and blocks of one axis"
    ranks = {len(op.input(0).shape), len(op.output.shape)}
    return None if ranks in ({3}, {4}) else f"they have ranks {sorted(ranks)}"


def _sizes(op: OpView) -> str | None:
    "block sizes are positive and paddings not negative"
    a = op.attrs
    if min(a.block) > 0 and min(*a.before, *a.after) >= 0:
        return None
    return f"they are {list(a.block)}, {list(a.before)} and {list(a.after)}"


def _split_up(image: Tensor, batch: Tensor, a: BatchedBlocks) -> bool:
    """Whether a batch has the shape that an image makes."""
    n, *sides, c = _image_shape(image)
    height, width = (
        side + before + after for side, before, after in zip(sides, a.before, a.after, strict=True)
    )
    rows, columns = a.block
    expected = (n * rows * columns, height // rows, width // columns, c)
    return _image_shape(batch) == expected and not (height % rows or width % columns)


def _batch_shape(op: OpView) -> str | None:
    "the output has an image for each place in a block, whose sizes divide the padded input's"
    if _split_up(op.input(0), op.output, op.attrs):
        return None
    return f"{named(op.output)} is {list(op.output.shape)}"


def _space_shape(op: OpView) -> str | None:
    "the output has a block for each pixel of the input, less what is cropped"
    if _split_up(op.output, op.input(0), op.attrs):
        return None
    return f"{named(op.output)} is {list(op.output.shape)}"


def _split_rows(op: OpView) -> Geometry:
    """Rows are taken one by one if all of them go to a batch, which is one row itself."""
    if op.input(0).rows[0] > 1 and op.output.rows[0] == 1:
        return Geometry((RowWindow(),), accumulate=True)
    return whole(op)


def _joined_rows(op: OpView) -> Geometry:
    """The batch is read whole; rows are made one by one if they are those of an image."""
    return Geometry((Whole(),)) if op.output.rows[0] > 1 else whole(op)


def _params(op: OpView, image: Tensor, batch: Tensor) -> Params:
    images, rows, columns, channels = _image_shape(image)
    _, batch_rows, batch_columns, _ = _image_shape(batch)
    (block_rows, block_columns), (top, left) = op.attrs.block, op.attrs.before
    return {
        "images": images,
        "rows": rows,
        "columns": columns,
        "pixel": channels * image.dtype.size,
        "block_rows": block_rows,
        "block_columns": block_columns,
        "top": top,
        "left": left,
        "batch_rows": batch_rows,
        "batch_columns": batch_columns,
        "batch_bytes": batch.nbytes,
        "fill": image.q.zp,
    }


def _split_params(op: OpView) -> Params:
    return _params(op, op.input(0), op.output)


def _joined_params(op: OpView) -> Params:
    return _params(op, op.output, op.input(0))


class _SpaceBatch(Operator):
    """What both share."""

    parameters = (1, 2)

    idle = staticmethod(moves_nothing)

    @staticmethod
    def parse(options: Options, op: OpView) -> BatchedBlocks:
        require(op, takes(3), constant(1, "block shape"), constant(2, "list of paddings"), _listed)
        block = tuple(int(n) for n in op.input(1).data)
        pads = tuple((int(before), int(after)) for before, after in op.input(2).data)
        (rows, columns), (height, width) = (*block, 1)[:2], (*pads, (0, 0))[:2]
        return BatchedBlocks((rows, columns), (height[0], width[0]), (height[1], width[1]))


def _listed(op: OpView) -> str | None:
    "there is a block size and a pair of paddings for each axis between the first and the last"
    rank = len(op.input(0).shape)
    shapes = op.input(1).shape, op.input(2).shape
    if rank in (3, 4) and shapes == ((rank - 2,), (rank - 2, 2)):
        return None
    return f"they have shapes {list(shapes[0])} and {list(shapes[1])} for rank {rank}"


def _checks(shapes: Check) -> tuple[Check, ...]:
    return (
        takes(1),
        computed(0, "input"),
        quantized(activations, "activations", DType.INT8, DType.INT16),
        same_type,
        same_quantization,
        _ranks,
        _sizes,
        shapes,
    )


def _places(image: Tensor, a: BatchedBlocks, batch: Values) -> Values:
    """The padded image that a batch makes, (N, H, W, C)."""
    rows, columns = a.block
    n, _, _, c = _image_shape(image)
    _, height, width, _ = batch.shape
    split = batch.reshape(rows, columns, n, height, width, c).transpose(2, 3, 0, 4, 1, 5)
    joined: Values = split.reshape(n, height * rows, width * columns, c)
    return joined


def _places_in_block(op: OpView) -> int:
    """1 for sizes that a check refuses later."""
    return int(max(1, math.prod(op.attrs.block)))


class SpaceToBatchNd(_SpaceBatch):
    """The pixels at one place of all blocks become an image of a batch."""

    name = "space_to_batch_nd"
    tflite = "SPACE_TO_BATCH_ND"
    streams = Streams.WHERE_ROWS_ALLOW
    checks = _checks(_batch_shape)
    kernels = (
        Kernel(
            symbol="weft_space_to_batch",
            struct="weft_space_batch_params",
            source="space_batch.c",
            header="space_batch.h",
            params=_split_params,
            rows=_split_rows,
            why="the rows of an image are taken as they come",
        ),
    )

    @staticmethod
    def images(op: OpView) -> Fraction:
        return Fraction(_places_in_block(op))

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        a, (n, *_, c) = op.attrs, _image_shape(op.input(0))
        values = np.asarray(inputs[0]).reshape(_image_shape(op.input(0)))
        pads = [(0, 0), *zip(a.before, a.after, strict=True), (0, 0)]
        padded = np.pad(values, pads, constant_values=op.output.q.zp)
        (rows, columns), (_, height, width, _) = a.block, _image_shape(op.output)
        split = padded.reshape(n, height, rows, width, columns, c).transpose(2, 4, 0, 1, 3, 5)
        return (split.reshape(op.output.shape),)


class BatchToSpaceNd(_SpaceBatch):
    """The images of a batch become the pixels at one place of all blocks."""

    name = "batch_to_space_nd"
    tflite = "BATCH_TO_SPACE_ND"
    streams = Streams.NEVER
    checks = _checks(_space_shape)
    kernels = (
        Kernel(
            symbol="weft_batch_to_space",
            struct="weft_space_batch_params",
            source="space_batch.c",
            header="space_batch.h",
            params=_joined_params,
            rows=_joined_rows,
            why="an image is made row by row from the whole batch",
        ),
    )

    @staticmethod
    def images(op: OpView) -> Fraction:
        return Fraction(1, _places_in_block(op))

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        batch = np.asarray(inputs[0]).reshape(_image_shape(op.input(0)))
        joined = _places(op.output, op.attrs, batch)
        (top, left), (_, height, width, _) = op.attrs.before, _image_shape(op.output)
        cropped = joined[:, top : top + height, left : left + width]
        return (cropped.reshape(op.output.shape),)
