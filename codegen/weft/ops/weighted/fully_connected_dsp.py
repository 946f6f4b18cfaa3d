"""FULLY_CONNECTED by the DSP extension: which layers, and the kernels' parameters."""

from __future__ import annotations

from functools import partial

import numpy as np

from weft.ops.base import Kernel, OpView, Params, array, whole
from weft.ops.weighted import conv_few, linear, pair_packing
from weft.ops.weighted.pair_blocks import Sums, by_channel
from weft.ops.weighted.pair_parts import Window
from weft.ops.weighted.pair_runs import Runs, in_words
from weft.ops.weighted.vectors import AXIS, batch, multipliers

_VECTOR_STRUCT = "weft_fully_connected_pairs_s8_dsp_params"
_VECTOR_HEADER = "fully_connected_pairs_s8__dsp.h"
_MUCH = 1000  # multiplications: for fewer, code of its own is not worth its flash
_BLOCK, _WORD = 4, 4  # channels and inputs that kernels of single vectors take at a time
_WORD_CYCLES, _BLOCK_CYCLES = 21, 80  # of that, and of a block besides, in pieces on a Cortex-M4


def _pairs_fit(op: OpView) -> bool:
    return linear.int8_weighted(op) and pair_packing.packable(op, AXIS, multipliers)


def _pieces_fit(op: OpView) -> bool:
    return linear.int8_weighted(op) and pair_packing.fits_in_pieces(op, AXIS, multipliers)


def _pieces_needed(op: OpView) -> bool:
    return _pieces_fit(op) and not _pairs_fit(op)


def _words_fit(op: OpView) -> bool:
    return linear.int8_weighted(op) and pair_packing.scaled_right(op, AXIS, multipliers, 1 << 30)


def _word_params(op: OpView) -> Params:
    rows, columns = op.input(1).shape
    room = ((0, -rows % _BLOCK), (0, -columns % _WORD))
    weights = np.pad(op.input(1).data, room).reshape(-1, _BLOCK, (columns + _WORD - 1) // _WORD, 4)
    words = np.ascontiguousarray(weights.swapaxes(1, 2)).view("<u4").reshape(len(weights), -1)
    sums = Sums.of(op, AXIS)
    bias = np.pad(sums.bias, room[0]).reshape(-1, _BLOCK) & 0xFFFFFFFF
    channels = pair_packing.scalings(op, sums, multipliers)
    scaling = by_channel(channels)[: 1 if channels.alike else rows] & 0xFFFFFFFF
    return {
        "weights": array(np.concatenate([bias, words], axis=1), "uint32"),
        "scaling": array(scaling, "uint32"),
        "scaling_step": 0 if channels.alike else scaling.shape[1],
        "activation_min": channels.low,
        "activation_max": channels.high,
        **_sizes(op),
    }


def _sizes(op: OpView) -> Params:
    rows, columns = op.input(1).shape
    return {"batch": batch(op), "input_size": columns, "output_size": rows}


def _runs(op: OpView) -> Runs:
    units, length = op.input(1).shape
    twos = batch(op) // 2
    tile = min(twos, pair_packing.worthwhile(units, length))
    return Runs(rows=1, runs=1, length=length, windows=twos, wanted=tile, most=0, contiguous=True)


def _pair_scratch(op: OpView) -> int:
    return _runs(op).scratch


def _pair_cycles(op: OpView, _: int, *, pieces: bool) -> int:
    units, vectors = op.input(1).shape[0], divmod(batch(op), 2)
    return pair_packing.step_cycles(units, _runs(op), *vectors, pieces=pieces)


def _pair_params(op: OpView, *, pieces: bool) -> Params:
    """A convolution of filter size 1 over an image whose only row holds the batch."""
    rows, columns = op.input(1).shape
    return {
        **pair_packing.output_params(op, AXIS, _runs(op), multipliers, pieces=pieces),
        "output_width": batch(op),
        "output_channels": rows,
        "pixel_step": columns,
        "row_step": 0,
        "filter_height": 1,
        "dilation_height": 1,
        "run_step": 0,
    }


def _vector_params(op: OpView, *, pieces: bool) -> Params:
    order = in_words(op.input(1).shape[1])
    weights = pair_packing.weights_params(op, AXIS, order, multipliers, pieces=pieces)
    return {**weights, **_sizes(op)}


def _vector_pays(op: OpView) -> bool:
    """Whether a single vector is worth code of its own: most models have that of convolutions,
    which can make it, too."""
    return batch(op) == 1 and op.input(1).elements >= _MUCH and _pairs_fit(op)


def _vector_scratch(op: OpView) -> int:
    columns: int = op.input(1).shape[1]
    return -(-columns // _WORD) * 2 * _WORD


def _vector_cycles(op: OpView, _: int) -> int:
    rows, columns = op.input(1).shape
    words = -(-columns // _WORD)
    return -(-rows // _BLOCK) * (words * 20 + 45) + words * 9 + 150


def _piece_scratch(op: OpView) -> int:
    columns: int = op.input(1).shape[1]
    return -(-columns // _WORD) * _WORD if columns % _WORD else 0


def _piece_cycles(op: OpView, _: int) -> int:
    rows, columns = op.input(1).shape
    block = -(-columns // _WORD) * _WORD_CYCLES + _BLOCK_CYCLES
    return batch(op) * -(-rows // _BLOCK) * block


def _few_window(op: OpView) -> Window:
    columns = op.input(1).shape[1]
    return Window(1, 1, columns, columns if batch(op) > 1 else 0, 0)


def _few_cycles(op: OpView, _: int) -> int:
    return conv_few.cycles(_few_window(op), 1, batch(op), op.input(1).shape[0])


def _few_pays(op: OpView, channels: int) -> bool:
    """Whether it is exact, and faster than by pairs, or these are not, and worth its code."""
    if not conv_few.fits(op, channels, multipliers):
        return False
    little = batch(op) * op.input(1).elements < _MUCH
    unpacking = pair_packing.unpack_cycles(_runs(op), sum(divmod(batch(op), 2)))
    quick = _few_cycles(op, 1) < _pair_cycles(op, 1, pieces=False) + unpacking
    return (quick and not little) or not _pieces_fit(op)


def _few_params(op: OpView) -> Params:
    return {
        **conv_few.params(op, _few_window(op), batch(op), multipliers),
        "dilation_height": 1,
    }


KERNELS = (
    *(
        Kernel(
            **kernel,
            params=_few_params,
            rows=whole,
            when=partial(_few_pays, channels=channels),
            scratch=lambda op: conv_few.scratch(batch(op), op.output.shape[-1]),
            cycles=_few_cycles,
        )
        for channels, kernel in conv_few.KERNELS.items()
    ),
    Kernel(
        "weft_fully_connected_pairs_s8_dsp",
        _VECTOR_STRUCT,
        "fully_connected_pairs_s8__dsp.c",
        _VECTOR_HEADER,
        partial(_vector_params, pieces=False),
        rows=whole,
        needs=frozenset({"dsp"}),
        when=_vector_pays,
        scratch=_vector_scratch,
        cycles=_vector_cycles,
        why=pair_packing.KERNEL["why"],
    ),
    Kernel(
        **pair_packing.KERNEL,
        params=partial(_pair_params, pieces=False),
        rows=whole,
        when=_pairs_fit,
        scratch=_pair_scratch,
        cycles=partial(_pair_cycles, pieces=False),
    ),
    Kernel(
        **pair_packing.PIECES_KERNEL,
        params=partial(_pair_params, pieces=True),
        rows=whole,
        when=lambda op: _pieces_needed(op) and batch(op) > 1,
        scratch=_pair_scratch,
        cycles=partial(_pair_cycles, pieces=True),
    ),
    Kernel(
        "weft_fully_connected_pieces_s8_dsp",
        _VECTOR_STRUCT,
        "fully_connected_pieces_s8__dsp.c",
        _VECTOR_HEADER,
        partial(_vector_params, pieces=True),
        rows=whole,
        needs=frozenset({"dsp"}),
        when=_pieces_needed,
        scratch=_piece_scratch,
        cycles=_piece_cycles,
        why=pair_packing.PIECES_KERNEL["why"],
    ),
    Kernel(
        "weft_fully_connected_s8_dsp",
        "weft_fully_connected_s8_dsp_params",
        "fully_connected_s8__dsp.c",
        "fully_connected_s8__dsp.h",
        _word_params,
        rows=whole,
        needs=frozenset({"dsp"}),
        when=_words_fit,
        why="DSP instructions: two products per instruction, for any weights",
    ),
)
