"""Whether operators run row by row, in words."""

from __future__ import annotations

import enum


class Streams(str, enum.Enum):
    """Whether an operator runs row by row, for the manual; tests hold its kernels to it."""

    ALWAYS = "row by row"
    WHERE_ROWS_ALLOW = "row by row where each output row needs few input rows"
    NEVER = "on whole inputs"
    NOT_AT_ALL = "not at all: the compiler computes it, or it is a view of the same bytes"

    def __str__(self) -> str:
        return self.value
