"""STRIDED_SLICE: NumPy's in[begin : end : step, ..., new axis, index], with all of it constant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from weft.errors import CompileError
from weft.ops.axes import integers
from weft.ops.base import Options, OpView
from weft.ops.checks import constant, require, takes
from weft.ops.movement.slice import SliceAttrs, Slicing
from weft.ops.streams import Streams


@dataclass(frozen=True, slots=True)
class _Range:
    """What the model says about one axis; a mask's bit makes a limit the edge of the input."""

    begin: int
    end: int
    step: int
    from_edge: bool
    to_edge: bool
    single: bool  # an index: the axis disappears
    relative: bool  # the end counts from the beginning, whatever the mask says

    def of(self, size: int) -> tuple[int, int, int]:
        """First element, step and count along an axis.

        Positions below 0 count from the end, once; then they are clamped to where a loop in the
        step's direction can begin and stop.
        """
        if self.step == 0:
            raise CompileError("a step is 0")
        least, most = (0, size) if self.step > 0 else (-1, size - 1)
        front, back = (least, most) if self.step > 0 else (most, least)

        def position(at: int) -> int:
            return min(max(at + size if at < 0 else at, least), most)

        first = front if self.from_edge else position(self.begin)
        if self.single:
            if self.step < 0 or not 0 <= first < size:
                text = f"index {self.begin} with step {self.step}"
                raise CompileError(f"{text} is not in an axis of {size}")
            return first, 1, 1
        if self.relative:
            last = first + self.end
            if not 0 <= last <= most:
                raise CompileError(f"{self.end} from {first} on leaves an axis of {size}")
        else:
            last = back if self.to_edge else position(self.end)
        return first, self.step, max(0, -((first - last) // self.step))


_WHOLE = _Range(0, 0, 1, from_edge=True, to_edge=True, single=False, relative=False)


class StridedSlice(Slicing):
    """out = in[begin : end : step], along each axis; also new axes, an ellipsis and indices."""

    name = "strided_slice"
    tflite = "STRIDED_SLICE"
    streams = Streams.WHERE_ROWS_ALLOW
    options = "StridedSliceOptions"
    fields = (
        "begin_mask",
        "end_mask",
        "ellipsis_mask",
        "new_axis_mask",
        "shrink_axis_mask",
        "offset",
    )
    parameters = (1, 2, 3)

    @staticmethod
    def parse(options: Options, op: OpView) -> SliceAttrs:
        require(op, takes(4), *(constant(i, "range") for i in (1, 2, 3)))
        shape = op.input(0).shape
        ranges = _by_axis(options, _given(options, op), len(shape))
        taken = [found.of(size) for found, size in zip(ranges, shape, strict=True)]
        begin, step, count = zip(*taken, strict=True) if taken else ((), (), ())
        return SliceAttrs(begin, step, count)


def _bits(options: Options, mask: str, count: int) -> list[bool]:
    return [bool(options[mask] >> number & 1) for number in range(count)]


def _given(options: Options, op: OpView) -> list[_Range]:
    """The ranges as the model lists them."""
    begin, end, step = (integers(op, position) for position in (1, 2, 3))
    if not len(begin) == len(end) == len(step):
        raise CompileError(f"it has {len(begin)} begins, {len(end)} ends and {len(step)} steps")
    from_edge, to_edge, single = (
        _bits(options, f"{name}_mask", len(begin)) for name in ("begin", "end", "shrink_axis")
    )
    relative = [bool(options["offset"])] * len(begin)
    columns = zip(begin, end, step, from_edge, to_edge, single, relative, strict=True)
    return [_Range(*column) for column in columns]


def _by_axis(options: Options, given: Sequence[_Range], rank: int) -> list[_Range]:
    """The range of each axis of the input.

    That of a new axis belongs to none. The ellipsis stands for as many axes as are not named,
    and so does the end. Where bits meet, the ellipsis counts, then the new axis.
    """
    ellipsis, new = (
        _bits(options, f"{name}_mask", len(given)) for name in ("ellipsis", "new_axis")
    )
    if sum(ellipsis) > 1:
        raise CompileError(f"it has {sum(ellipsis)} ellipses")
    place = ellipsis.index(True) if any(ellipsis) else len(given)
    named = [i for i in range(len(given)) if not ellipsis[i] and not new[i]]
    missing = rank - len(named)
    if options["offset"] and (missing or any(new)):
        raise CompileError("its ends are relative, but its ranges are not the axes of the input")
    if missing < sum(ellipsis):
        raise CompileError(f"it names {len(named)} axes of {rank}, and an ellipsis" if any(ellipsis)
                           else f"it names {len(named)} axes of {rank}")  # fmt: skip
    before, behind = ([given[i] for i in named if (i < place) is side] for side in (True, False))
    return [*before, *[_WHOLE] * missing, *behind]
