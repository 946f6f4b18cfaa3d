"""BATCH_MATMUL: products of matrices, of which either may be transposed; batches broadcast.

acc[m, n] = sum over k of (x[m, k] - zx) * (w[k, n] - zw);
y = clamp(requantize(acc, float32(sx * sw) / sy) + zy), int16 with 64-bit sums and one rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from weft.ir import DType, Tensor
from weft.ops.base import Kernel, Operator, Options, OpView, Params, Values, array, rowwise, whole
from weft.ops.broadcast import source
from weft.ops.checks import named, one_type, operands, quantized, takes
from weft.ops.geometry import Geometry
from weft.ops.streams import Streams
from weft.quant import (
    INT32_MAX,
    SUM_LIMIT,
    Ints,
    Requant,
    f32,
    requantize,
    requantize_once,
    shortened,
    wrap32,
)

_RANKS = range(2, 6)
_QUAD, _BLOCK = 4, 4  # products of a sum, and columns, that the kernel for DSP takes together
_MOST_SHIFT = 23  # to the right, with which 128 output steps are 2**30
_QUAD_CYCLES, _UNPACK_CYCLES = 28, 50  # of a quad of four columns: multiplied, and unpacked
_ROW_CYCLES, _GATHER_CYCLES = 90, 6


@dataclass(frozen=True, slots=True)
class Attrs:
    """Which operand's matrices are transposed."""

    adj_x: bool
    adj_y: bool


def _multiplier(op: OpView) -> float:
    with np.errstate(over="ignore"):
        product = f32(np.float32(op.input(0).q.s) * np.float32(op.input(1).q.s))
    return product / op.output.q.s


def _wide(op: OpView) -> bool:
    return op.output.dtype is DType.INT16


def _narrow(op: OpView) -> bool:
    return not _wide(op)


def _matrix(tensor: Tensor, *, transposed: bool) -> tuple[int, int]:
    """Rows and columns of an operand's matrices, as they are multiplied."""
    rows, columns = tensor.shape[-2:]
    return (columns, rows) if transposed else (rows, columns)


def _sizes(op: OpView) -> tuple[int, int, int]:
    """Rows and columns of the output, and products of a sum."""
    rows, depth = _matrix(op.input(0), transposed=op.attrs.adj_x)
    return rows, _matrix(op.input(1), transposed=op.attrs.adj_y)[1], depth


def ranks(op: OpView) -> str | None:
    "operands have rank 2 to 5"
    for tensor in op.inputs:
        if tensor is not None and len(tensor.shape) not in _RANKS:
            return f"{named(tensor)} has rank {len(tensor.shape)}"
    return None


def shapes_agree(op: OpView) -> str | None:
    "rows are as long as the other operand's columns, and batches broadcast to those of the output"
    a, b = op.input(0), op.input(1)
    rows, columns, depth = _sizes(op)
    if _matrix(b, transposed=op.attrs.adj_y)[0] != depth:
        return f"{named(a)} has rows of {depth}, not {_matrix(b, transposed=op.attrs.adj_y)[0]}"
    try:
        batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    except ValueError:
        return f"they are {list(a.shape)} and {list(b.shape)}"
    made = (*batch, rows, columns)
    return None if made == op.output.shape else f"{named(op.output)} is {list(op.output.shape)}"


def repeats_nothing(op: OpView) -> str | None:
    "adj_x is not used where the right operand has one matrix for several along the last batch axis"
    a, b = op.input(0).shape[:-2], op.input(1).shape[:-2]
    if not (op.attrs.adj_x and a and b and b[-1] < a[-1]):
        return None
    return f"it has one for {a[-1]}, and the reference interpreter is wrong there"


def multiplier_fits(op: OpView) -> str | None:
    "the product of the operands' scales over that of the output is below 2**30, 2**7 for int16"
    real = _multiplier(op)
    return None if real < (2.0**7 if _wide(op) else 2.0**30) else f"it is {real:.6g}"


def sums_fit(op: OpView) -> str | None:
    "sums of products fit 32 bits, 48 bits for int16"
    _, _, depth = _sizes(op)
    bound = depth * (1 << 30 if _wide(op) else 255 * 255)
    limit = SUM_LIMIT if _wide(op) else INT32_MAX
    return None if bound <= limit else f"there are {depth} of them"


def _by_row(op: OpView) -> bool:
    """Whether row y of every tensor, as bands see it, is its matrix y."""
    batch = op.output.shape[:-2]
    same = all(t.shape[:-2] == batch for t in operands(op))
    return same and op.output.rows[0] == math.prod(batch)


def _geometry(op: OpView) -> Geometry:
    return rowwise(op) if _by_row(op) else whole(op)


def _starts(op: OpView) -> Ints:
    """(batch, operand): where in what a step is given the matrices of each batch start."""
    batch = op.output.shape[:-2]
    columns = []
    for tensor in op.inputs:
        assert tensor is not None
        own = tensor.shape[:-2]
        numbers = np.arange(math.prod(own), dtype=np.int64).reshape(own)
        starts = np.broadcast_to(numbers, batch).ravel() * math.prod(tensor.shape[-2:])
        given_by_row = _by_row(op) and tensor.const is None
        columns.append(np.zeros_like(starts) if given_by_row else starts)
    return np.stack(columns, axis=1)


def _steps(tensor: Tensor, *, transposed: bool) -> tuple[int, int]:
    """Elements from row to row, and from column to column, of an operand's matrices."""
    length = tensor.shape[-1]
    return (1, length) if transposed else (length, 1)


def _params(op: OpView) -> Params:
    a, b = op.input(0), op.input(1)
    rows, columns, depth = _sizes(op)
    left_row, left_step = _steps(a, transposed=op.attrs.adj_x)
    right_step, right_column = _steps(b, transposed=op.attrs.adj_y)
    scaling = Requant.of(_multiplier(op))
    multiplier, shift = scaling.multiplier, scaling.shift
    if _wide(op):
        multiplier, shift = (int(n) for n in shortened(multiplier, shift))
    (left, left_in), (right, right_in) = (source(op, position) for position in (0, 1))
    batches = len(_starts(op))
    return {
        "left": left,
        "right": right,
        "left_in": left_in,
        "right_in": right_in,
        "starts": array(_starts(op), "uint32"),
        "batches": 1 if _by_row(op) else batches,
        "rows": rows,
        "columns": columns,
        "depth": depth,
        "left_row": left_row,
        "left_step": left_step,
        "right_column": right_column,
        "right_step": right_step,
        "left_zero_point": a.q.zp,
        "right_zero_point": b.q.zp,
        "output_zero_point": op.output.q.zp,
        "multiplier": multiplier,
        "shift": shift,
    }


def _dsp_fits(op: OpView) -> bool:
    """Whether sums are small, and scalings shift right by what the kernel can."""
    small = _sizes(op)[2] * 255 * 255 < 1 << 30
    return _narrow(op) and small and -_MOST_SHIFT <= Requant.of(_multiplier(op)).shift <= -1


def _dsp_params(op: OpView) -> Params:
    right = -Requant.of(_multiplier(op)).shift
    product = {**_params(op), "shift": right}
    return {
        **{f"product.{name}": value for name, value in product.items()},
        "addend": (1 << (right - 1)) + (op.output.q.zp << right),
    }


def _dsp_scratch(op: OpView) -> int:
    depth = _sizes(op)[2]
    return -(-depth // _QUAD) * _QUAD * (9 if op.attrs.adj_x else 8)


def _dsp_cycles(op: OpView, _: int) -> int:
    """Roughly, of an inference."""
    rows, columns, depth = _sizes(op)
    quads, blocks = -(-depth // _QUAD), -(-columns // _BLOCK)
    gather = depth * _GATHER_CYCLES if op.attrs.adj_x else 0
    row = quads * _QUAD_CYCLES + _ROW_CYCLES + gather
    return len(_starts(op)) * blocks * (quads * _UNPACK_CYCLES + rows * row)


def _kernel(kind: str, when: Callable[[OpView], bool], why: str) -> Kernel:
    return Kernel(
        f"weft_batch_matmul_{kind}",
        "weft_batch_matmul_params",
        "batch_matmul.c",
        "batch_matmul.h",
        _params,
        rows=_geometry,
        when=when,
        why=why,
    )


class BatchMatmul(Operator):
    """Products of matrices, one of them for each of a batch; either operand may be constant."""

    name = "batch_matmul"
    tflite = "BATCH_MATMUL"
    options = "BatchMatMulOptions"
    fields = ("adj_x", "adj_y")
    streams = Streams.WHERE_ROWS_ALLOW
    checks = (
        takes(2),
        quantized(operands, "operands and output", DType.INT8, DType.INT16),
        one_type,
        ranks,
        shapes_agree,
        repeats_nothing,
        multiplier_fits,
        sums_fit,
    )
    kernels = (
        _kernel("s16", _wide, "portable C; sums of 64 bits"),
        Kernel(
            "weft_batch_matmul_s8_dsp",
            "weft_batch_matmul_s8_dsp_params",
            "batch_matmul_s8__dsp.c",
            "batch_matmul_s8__dsp.h",
            _dsp_params,
            rows=_geometry,
            needs=frozenset({"dsp"}),
            when=_dsp_fits,
            why="four columns at a time become pairs: two products per instruction",
            scratch=_dsp_scratch,
            cycles=_dsp_cycles,
        ),
        _kernel("s8", _narrow, "portable C; four columns at a time"),
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> Attrs:
        return Attrs(bool(options["adj_x"]), bool(options["adj_y"]))

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        a, b = (
            (np.asarray(x).astype(np.float64) - t.q.zp).swapaxes(-1, -2 if transposed else -1)
            for x, t, transposed in zip(inputs, (op.input(0), op.input(1)),
                                        (op.attrs.adj_x, op.attrs.adj_y), strict=True)
        )  # fmt: skip
        scaling = Requant.of(_multiplier(op))
        scale = requantize_once if _wide(op) else requantize
        sums = np.matmul(a, b).astype(np.int64)
        scaled = wrap32(scale(sums, scaling.multiplier, scaling.shift) + op.output.q.zp)
        return (np.clip(scaled, *op.output.dtype.limits).astype(op.output.dtype.numpy),)

    @staticmethod
    def macs(op: OpView) -> int:
        return op.output.elements * _sizes(op)[2]
