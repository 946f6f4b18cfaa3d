"""SPLIT, SPLIT_V and UNPACK along any axis; some outputs are read by others, some by nobody."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw
from cases.movement import Tensors, boxes, cuts, element_types, parameter, signed, with_axis

_MOST = 5  # outputs


@st.composite
def split(draw: Draw) -> Case:
    """Equal parts."""
    b, shape, dtype = ModelBuilder(), draw(boxes()), draw(element_types())
    make, axis = Tensors(draw, b, dtype), draw(st.integers(0, len(shape) - 1))
    count = draw(st.sampled_from([n for n in range(1, _MOST) if shape[axis] % n == 0]))
    x = make(shape)
    made = [make(with_axis(shape, axis, shape[axis] // count)) for _ in range(count)]
    b.operator("SPLIT", [parameter(b, signed(draw, axis, len(shape))), x], made, num_splits=count)
    interpreter = dtype != "bool"
    return _case(draw, b, make, x, made, interpreter=interpreter, axis=axis, dtype=dtype)


@st.composite
def split_v(draw: Draw) -> Case:
    """Parts of given lengths, one of which may be left to find out."""
    b, shape, dtype = ModelBuilder(), draw(boxes()), draw(element_types())
    make, axis = Tensors(draw, b, dtype), draw(st.integers(0, len(shape) - 1))
    lengths = cuts(draw, shape[axis])
    x, made = make(shape), [make(with_axis(shape, axis, n)) for n in lengths]
    given = [-1, *lengths[1:]] if draw(st.booleans()) else lengths
    parameters = [parameter(b, given), parameter(b, signed(draw, axis, len(shape)))]
    b.operator("SPLIT_V", [x, *parameters], made, num_splits=len(lengths))
    interpreter = dtype != "bool"
    return _case(
        draw, b, make, x, made, interpreter=interpreter, given=given, axis=axis, dtype=dtype
    )


@st.composite
def unpack(draw: Draw) -> Case:
    """Single slices."""
    b, shape, dtype = ModelBuilder(), draw(boxes()), draw(element_types())
    axis = draw(st.integers(0, len(shape) - 1))
    shape[axis] = min(shape[axis], _MOST)
    make = Tensors(draw, b, dtype)
    x = make(shape)
    made = [make([*shape[:axis], *shape[axis + 1 :]]) for _ in range(shape[axis])]
    b.operator("UNPACK", [x], made, axis=signed(draw, axis, len(shape)), num=len(made))
    interpreter = dtype != "int64"
    return _case(draw, b, make, x, made, interpreter=interpreter, axis=axis, dtype=dtype)


def _case(
    draw: Draw, b: ModelBuilder, make: Tensors, x: int, made: Sequence[int], **about: object
) -> Case:
    """All parts are outputs, or but one of them; the first may be read by a RESHAPE instead."""
    shape = list(b.graph.tensors[x].shape)
    outputs = list(made)
    if len(outputs) > 1 and draw(st.booleans()):
        outputs.pop(draw(st.integers(0, len(outputs) - 1)))
    elif draw(st.booleans()):
        flat = [1, *b.graph.tensors[outputs[0]].shape]
        y = make(flat)
        b.operator("RESHAPE", [outputs[0], parameter(b, flat)], [y], new_shape=flat)
        outputs[0] = y
    interpreter = bool(about.pop("interpreter"))
    return Case.of(b, [x], outputs, interpreter=interpreter, shape=shape, **about)
