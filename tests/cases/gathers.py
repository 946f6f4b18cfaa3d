"""GATHER and GATHER_ND: constant indices, and computed ones, into a constant table, too."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, shapes
from cases.movement import Tensors, boxes, element_types, parameter, signed

Sizes = list[int]

_MOST = 6  # axes of the output


@st.composite
def gather(draw: Draw) -> Case:
    """Along any axis, with batches; indices of any rank."""
    b, shape, dtype = ModelBuilder(), draw(boxes(5)), draw(element_types())
    make, axis = Tensors(draw, b, dtype), draw(st.integers(0, len(shape) - 1))
    batch = draw(st.integers(0, axis) | st.just(0))
    room = _MOST - len(shape) + 1
    own = draw(shapes(1, min(2, room), 4)) if draw(st.booleans()) else [draw(st.integers(1, 6))]
    indices = [*shape[:batch], *own]
    out = [*shape[:axis], *own, *shape[axis + 1 :]]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = rng.integers(0, shape[axis], indices)
    options = {"axis": signed(draw, axis, len(shape)), "batch_dims": batch}
    return _case(draw, make, "GATHER", (shape, values, out), **options)


@st.composite
def gather_nd(draw: Draw) -> Case:
    """Indices that name one or all axes."""
    b, shape, dtype = ModelBuilder(), draw(boxes(5)), draw(element_types())
    make, depth = Tensors(draw, b, dtype), draw(st.integers(1, len(shape)))
    room = _MOST - len(shape) + depth
    own = draw(shapes(1, min(3, room), 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = rng.integers(0, shape[:depth], [*own, depth])
    return _case(draw, make, "GATHER_ND", (shape, values, [*own, *shape[depth:]]))


def _case(
    draw: Draw, make: Tensors, builtin: str, sizes: tuple[Sizes, Any, Sizes], **options: int
) -> Case:
    """Constant indices, computed ones, or computed ones into a constant table."""
    b, (shape, values, out) = make.b, sizes
    kind = draw(st.sampled_from(("constant", "constant", "computed", "table")))
    x = make.constant(shape) if kind == "table" else make(shape)
    constant = kind == "constant"
    indices = parameter(b, values) if constant else b.tensor(values.shape, dtype="int32")
    y = make(out)
    b.operator(builtin, [x, indices], [y], **options)
    inputs = [t for t, given in ((x, kind != "table"), (indices, not constant)) if given]
    about = {"shape": shape, "indices": values.shape, "kind": kind, "dtype": make.dtype}
    return Case.of(b, inputs, [y], **about, **options)
