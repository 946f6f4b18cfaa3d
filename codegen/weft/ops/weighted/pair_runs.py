"""How the windows of a sum become pairs: what runtime/src/conv_2d_s8__dsp.c does to inputs.

Knows where the inputs of a sum lie, not what they are multiplied by.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from weft.ops.base import Params
from weft.quant import Ints

_WORD = 4  # bytes that become two pairs
_WORD_ORDER = [0, 2, 1, 3]  # of the bytes of a word that is unpacked to two pairs
_PAIR_BYTES = 4
SCRATCHES = (4096, 2048, 1024, 512, 0)
"""Bytes that windows may take, if one does not take more by itself: of the fastest kernel first."""
_MANY = 17  # windows at a time: fewer cycles for starting than one by one for unpacking
_ABSENT = -1  # an input that is not there


def in_words(length: int) -> Ints:
    """The inputs of a vector in the order of the kernels' pairs, filled up to whole words."""
    inputs = np.arange(-(-length // _WORD) * _WORD, dtype=np.int64)
    found: Ints = np.where(inputs < length, inputs, _ABSENT).reshape(-1, _WORD)[:, _WORD_ORDER]
    return found.ravel()


@dataclass(frozen=True, slots=True)
class Runs:
    """The stretches of a window that are contiguous in the input.

    `runs` of `length` in each of `rows` rows. `shared`: how many of them the window of the next
    pixel has, too; 0 where each window is unpacked on its own. `windows`: of each of two vectors,
    in a step; `wanted`: for how many of them there should be scratch; `most`: bytes that more than
    one may take. `contiguous`: the bytes of a window follow those of the one before.
    """

    rows: int
    runs: int
    length: int
    windows: int
    wanted: int
    most: int
    shared: int = 0
    contiguous: bool = False

    @property
    def words(self) -> int:
        """Whole words of a run."""
        return self.length // _WORD

    @property
    def last(self) -> int:
        """Where a word starts that is the end of the only run, 0 if none is needed."""
        alone = self.rows * self.runs == 1 and self.length > _WORD
        return self.length - _WORD if alone and self.length % _WORD else 0

    @property
    def rest(self) -> int:
        """Bytes of each run that are taken together, behind the words of all runs."""
        return 0 if self.last else self.length % _WORD

    @property
    def order(self) -> Ints:
        """The inputs of a sum, by (row, run, element), in the order of the kernels' pairs.

        Column by column, row by row; words of all runs, then the last word or the rests, pair by
        pair. _ABSENT fills up.
        """
        shape = self.rows, self.runs, self.length
        inputs = np.arange(math.prod(shape), dtype=np.int64).reshape(shape).swapaxes(0, 1)
        words = inputs[..., : self.words * _WORD].reshape(-1, _WORD)[:, _WORD_ORDER].ravel()
        end = inputs[..., self.words * _WORD :].ravel()
        absent = np.full(-len(end) % _WORD, _ABSENT, np.int64)
        if self.last:
            return np.concatenate([words, np.concatenate([absent, end])[_WORD_ORDER]])
        return np.concatenate([words, end, absent])

    @property
    def pairs(self) -> int:
        """Pairs of inputs that a sum takes, an even number."""
        return -(-self.rows * self.runs * self.length // _WORD) * 2

    @property
    def in_turn(self) -> bool:
        """Whether windows are unpacked two by two, by the loop that multiplies them.

        Where they can be, and there is no scratch for so many that it takes fewer cycles at once.
        """
        even = self.rows * self.runs == 1 and self.length % (2 * _WORD) == 0
        return self.contiguous and even and self._most_tile < _MANY

    @property
    def tile(self) -> int:
        """Windows that are unpacked at a time, for each of two vectors."""
        return 1 if self.in_turn else self._most_tile

    @property
    def _most_tile(self) -> int:
        """As many as there is scratch for, about equally many each time."""
        fits = [n for n in range(1, self.wanted + 1) if self._scratch(n) <= self.most]
        times = -(-self.windows // max(fits, default=1))
        return -(-self.windows // max(1, times)) or 1

    @property
    def scratch(self) -> int:
        """Bytes for the pairs of two times `tile` windows."""
        return self._scratch(self.tile)

    def _scratch(self, tile: int) -> int:
        if not self.shared:
            return tile * 2 * _PAIR_BYTES * self.pairs
        columns = self.shared + tile * (self.runs - self.shared)
        return columns * self.rows * self.words * 4 * _PAIR_BYTES

    @property
    def params(self) -> Params:
        """The fields of weft_conv_2d_s8_dsp_params about runs."""
        return {
            "runs": self.runs,
            "run_words": self.words,
            "run_last": self.last,
            "run_rest": self.rest,
            "tile": 0 if self.in_turn else self.tile,
            "shared": self.shared,
        }
