"""Operators that only move elements: the boxes that they copy, cut into rows of the outputs.

A box is a set of elements at regular distances in an input and in an output. An operator says
which boxes it copies, in whole packed tensors. From that follow here the rows of the inputs that
a row of the outputs needs, and the numbers of the one kernel that copies all boxes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from weft.ir import Place, Tensor, TensorId
from weft.ops.base import Kernel, OpView, Params, Values, array
from weft.ops.broadcast import collapse
from weft.ops.geometry import Access, Geometry, RowTable, RowWindow, Whole
from weft.ops.movement.box_slices import Box, Slice, cut, cut_into, row_elements, runs

SYMBOL = "weft_copy_boxes"


Boxes = Callable[[OpView], Sequence[Box]]


def box_kernels(boxes: Boxes) -> tuple[Kernel, Kernel]:
    """The kernel that copies the boxes of an operator, in the two ways it may get its inputs."""
    kernel = Kernel(
        symbol=SYMBOL,
        struct="weft_copy_boxes_params",
        source="copy_boxes.c",
        header="copy_boxes.h",
        params=lambda op: _params(op, boxes(op)),
        rows=lambda op: _geometry(op, boxes(op)),
        when=lambda op: by_rows(op, boxes),
        why="row by row",
    )
    return kernel, replace(kernel, when=lambda _: True, why="row by row, from whole inputs")


def spread_kernel(boxes: Boxes) -> Kernel:
    """The kernel that takes the rows of the only input as they come, each to all its places."""
    return Kernel(
        symbol="weft_spread_boxes",
        struct="weft_copy_boxes_params",
        source="copy_boxes.c",
        header="copy_boxes.h",
        params=lambda op: _spread_params(op, boxes(op)),
        rows=lambda _: Geometry((RowWindow(),), whole_output=True, accumulate=True),
        when=lambda op: op.input(0).rows[0] > 1 and len(boxes(op)) == len(op.inputs) == 1,
        spreads=True,
        why="rows are spread over the whole output as they come",
    )


def by_rows(op: OpView, boxes: Boxes) -> bool:
    """Whether every output row is made of single rows of the inputs."""
    return all(isinstance(access, RowTable) for access in _geometry(op, boxes(op)).inputs)


def keeps_bytes(op: OpView, boxes: Boxes) -> bool:
    """Whether the output's bytes are the input's, in the same order."""
    first, *others = boxes(op)
    _, steps = collapse(first.shape, first.source_steps, first.target_steps)
    straight = all(step in ((), (1,)) for step in steps)
    whole = op.input(0).elements == op.outputs[0].elements
    return not others and straight and whole


def place(op: OpView, box: Box) -> Place | None:
    """Where the input of a box that holds all of it lies in the output; None if its rows lie
    neither in rows of the output one by one, pixel by pixel, nor one behind the other in the only
    row."""
    s, tensor, size = cut(op, box), op.input(box.input), op.outputs[0].dtype.size
    height, _, channels = tensor.rows
    run, axes = runs(op, s)
    if height > 1 and op.outputs[0].rows[0] == 1:
        row = row_elements(tensor) * size
        return None if axes else Place(0, s.target * size, row, row, 1, along=row)
    count, _, step = axes[0] if axes else (1, run, run)
    by_rows = np.array_equal(s.sources, np.arange(height) * row_elements(tensor))
    by_pixels = not axes or (len(axes) == 1 and run == channels * size)
    return Place(s.rows.start, s.target * size, run, step, count) if by_rows and by_pixels else None


def _numbers(op: OpView) -> dict[TensorId | None, int]:
    """The inputs that are computed at run time, with their numbers among the kernel's."""
    found: dict[TensorId | None, int] = {}
    for identity, tensor in zip(op.node.inputs, op.inputs, strict=True):
        if tensor is not None and tensor.const is None:
            found.setdefault(identity, len(found))
    return found


def _by_input(op: OpView, slices: Sequence[Slice]) -> list[list[Slice]]:
    """The slices that each of the kernel's inputs is cut into; those of constants left out."""
    numbers = _numbers(op)
    found: list[list[Slice]] = [[] for _ in numbers]
    for s in slices:
        identity = op.node.inputs[s.box.input]
        if identity in numbers:
            found[numbers[identity]].append(s)
    return found


def _geometry(op: OpView, boxes: Sequence[Box]) -> Geometry:
    return Geometry(_accesses(op, [cut(op, box) for box in boxes]))


def _accesses(op: OpView, slices: Sequence[Slice]) -> tuple[Access, ...]:
    """How each input is read: row by row if every output row takes from one row, at one place."""
    steps = op.outputs[0].rows[0]
    found: list[Access] = []
    for own in _by_input(op, slices):
        tensor = op.input(own[0].box.input)
        first = _first_rows(tensor, own)
        table = None if first is None else _completed(first, steps, tensor.rows[0])
        found.append(Whole() if table is None else RowTable(table))
    return tuple(found)


def _first_rows(tensor: Tensor, slices: Sequence[Slice]) -> dict[int, int] | None:
    """The input row that each output row takes from; None if it is not one row, at one place."""
    length, found = row_elements(tensor), dict[int, int]()
    for s in slices:
        low, high = s.reach
        rows = (s.sources + low) // length
        at = s.sources - rows * length
        if (rows != (s.sources + high) // length).any() or (at != at[0]).any():
            return None
        for y, row in zip(s.rows, rows.tolist(), strict=True):
            if found.setdefault(y, row) != row:
                return None
    return found


def _completed(first: Mapping[int, int], steps: int, height: int) -> tuple[int, ...]:
    """A row for every step; outside of the image for those that take nothing from this input.

    Rows that go on at the same distance need no table in flash.
    """
    distances = {row - y for y, row in first.items()}
    if len(distances) == 1:
        distance = distances.pop()
        straight = tuple(y + distance for y in range(steps))
        if all(y in first or not 0 <= row < height for y, row in enumerate(straight)):
            return straight
    return tuple(first.get(y, height) for y in range(steps))


def _params(op: OpView, boxes: Sequence[Box]) -> Params:
    slices = [cut(op, box) for box in boxes]
    accesses, input_numbers = _accesses(op, slices), _numbers(op)
    offsets, constant = _constants(op)
    found = [(s, runs(op, s)) for s in slices]
    most = max(len(axes) for _, (_, axes) in found)
    numbers: list[int] = []
    for s, (run, axes) in found:
        number = input_numbers.get(op.node.inputs[s.box.input])
        start, advance = _source(op, s, None if number is None else accesses[number])
        numbers += [-1 if number is None else number, s.box.output, s.rows.start, s.rows.stop]
        numbers += [offsets.get(s.box.input, 0) + start, advance]
        numbers += [s.target * op.outputs[0].dtype.size, run]
        numbers += itertools.chain.from_iterable([(1, 0, 0)] * (most - len(axes)) + axes)
    return {
        "boxes": array(numbers, "int32"),
        "constant": constant,
        "count": len(slices),
        "axes": most,
    }


def _source(op: OpView, s: Slice, access: Access | None) -> tuple[int, int]:
    """Bytes from an input's pointer to a slice's first element, and more of them with each row."""
    size, first = op.outputs[0].dtype.size, int(s.sources[0])
    if isinstance(access, RowTable):
        low, _ = s.reach
        length = row_elements(op.input(s.box.input))
        return (first - (first + low) // length * length) * size, 0
    steps = set(np.diff(s.sources).tolist()) or {0}
    assert len(steps) == 1, "rows of an input that is read whole are equally far apart"
    return first * size, steps.pop() * size


def _spread_params(op: OpView, boxes: Sequence[Box]) -> Params:
    """The same numbers, but the box is cut by rows of its source, and its target moves on."""
    (box,), size = boxes, op.output.dtype.size
    backwards = replace(
        box,
        source=box.target,
        source_steps=box.target_steps,
        target=box.source,
        target_steps=box.source_steps,
    )
    s = cut_into(row_elements(op.input(0)), backwards)
    run, axes = runs(op, s)
    target, advance = _source(op, s, None)
    numbers = [0, 0, s.rows.start, s.rows.stop, s.target * size, advance, target, run]
    numbers += [number for n, out_step, in_step in axes for number in (n, in_step, out_step)]
    return {"boxes": array(numbers, "int32"), "constant": 0, "count": 1, "axes": len(axes)}


def _constants(op: OpView) -> tuple[dict[int, int], Values | int]:
    """The constant inputs one behind the other, and in bytes where each begins; 0 for none."""
    offsets, parts, at = dict[int, int](), list[bytes](), 0
    for position, tensor in enumerate(op.inputs):
        if tensor is not None and tensor.const is not None:
            offsets[position] = at
            parts.append(tensor.const)
            at += tensor.nbytes
    return offsets, np.frombuffer(b"".join(parts), np.int8) if parts else 0
