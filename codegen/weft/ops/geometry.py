"""Which rows a kernel reads and writes in a step. Knows no operator and no tensor."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Outside(enum.Enum):
    """What a kernel is given for a row above or below the image."""

    ZERO_POINT = enum.auto()  # a row of the input's zero point
    NULL = enum.auto()  # a null pointer: the kernel leaves the row out


@dataclass(frozen=True, slots=True)
class RowWindow:
    """The rows of an input that output row y reads: y * stride - pad + k * dilation, k < size.

    `lead` and `trail` are the pixels left and right of the image that the kernel reads; the
    band stores them as zero points.
    """

    size: int = 1
    stride: int = 1
    dilation: int = 1
    pad: int = 0
    lead: int = 0
    trail: int = 0
    outside: Outside = Outside.ZERO_POINT

    @property
    def extent(self) -> int:
        """Rows from the first that is read to the last, both included."""
        return (self.size - 1) * self.dilation + 1


@dataclass(frozen=True, slots=True)
class RowTable:
    """The rows of an input that output row y reads: `count` of them from row first[y] on.

    For what no stride describes: resizes, rows in another order, inputs that only some output
    rows read. first[y] may lie outside of the image, for instance behind its last row where
    output row y reads nothing; rows there are as `outside` says. A step makes one output row.
    `lead` and `trail` as in RowWindow.
    """

    first: tuple[int, ...]
    count: int = 1
    lead: int = 0
    trail: int = 0
    outside: Outside = Outside.NULL


@dataclass(frozen=True, slots=True)
class Whole:
    """The kernel reads the entire input as packed bytes."""


Access = RowWindow | RowTable | Whole


@dataclass(frozen=True, slots=True)
class Geometry:
    """How a kernel walks rows: the one fact that padding, streaming and the checker read.

    `inputs` follows the node's activations (constants, and what it updates, left out; the kernel
    finds those behind the rows of its outputs, whole, in every step). `whole_output`: the outputs
    are written as packed bytes. `accumulate`: a step takes the next input rows instead of
    making the next output rows; the only output row, or the whole output, is complete after the
    last step.
    """

    inputs: tuple[Access, ...]
    whole_output: bool = False
    accumulate: bool = False
