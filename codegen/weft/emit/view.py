"""What the templates see: frozen records of names and finished texts, nothing to compute."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TensorView:
    """A tensor in the arena, as comments describe it."""

    name: str
    c_type: str
    shape: str
    quant: str
    rows: str  # "3 of 25 rows", "whole"
    begin: int
    end: int
    joined: str = ""  # the tensor whose rows these are a part of


@dataclass(frozen=True, slots=True)
class ArrayView:
    """A constant in flash."""

    symbol: str
    c_type: str
    count: int
    values: tuple[str, ...]
    about: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field of a kernel's parameter struct."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class LayerView:
    """One kernel call with its constants and its rows."""

    function: str
    tflite: str
    origins: str
    kernel: str
    struct: str
    why: str
    macs: int
    inputs: tuple[TensorView, ...]
    outputs: tuple[TensorView, ...]
    fields: tuple[FieldView, ...]
    readers: tuple[str, ...]
    writers: str
    row: str  # the layer's line in the table of layers


@dataclass(frozen=True, slots=True)
class PortView:
    """An input or output of the model, with the names of its macros and accessor."""

    accessor: str
    macro: str
    alias: str  # another name of the accessor, where there are several: the signature's
    alias_macro: str
    name: str
    c_type: str
    asked: str  # how the caller asked for this type, if he did
    elements: int
    nbytes: int
    rows: int
    row_bytes: int
    row_elements: int
    rank: int
    shape: str
    quantized: bool
    scale: str
    zero_point: int
    offset: int
    helper: str  # name of the float helper, when there is one
    has_helper: bool


@dataclass(frozen=True, slots=True)
class InitialView:
    """What the first inference finds of a state: `nbytes` times `fill`, or an array."""

    name: str
    offset: int  # in the region
    nbytes: int
    fill: int
    array: ArrayView | None


@dataclass(frozen=True, slots=True)
class StateView:
    """The bytes of the arena that one inference leaves to the next."""

    size: int
    offset: int
    initials: tuple[InitialView, ...]
    filled: tuple[InitialView, ...]  # those with a fill, other than 0
    copied: tuple[InitialView, ...]  # those with an array


@dataclass(frozen=True, slots=True)
class PushedView:
    """The layer without a kernel that stands for the rows that the caller brings."""

    function: str  # prefix of its names
    number: int
    writers: str
    row: str


@dataclass(frozen=True, slots=True)
class VectorView:
    """One stored inference of the self-test."""

    inputs: tuple[ArrayView, ...]
    outputs: tuple[ArrayView, ...]


@dataclass(frozen=True, slots=True)
class LibraryView:
    """The whole generated library."""

    name: str
    macro: str
    source: str
    sha256: str
    target: str
    version: str
    abi: int
    arena_bytes: int
    lower_bound: int
    input_bytes: int
    output_bytes: int
    weights_bytes: int
    macs: int
    layer_count: int
    max_in: int
    max_out: int
    steps: int
    inputs: tuple[PortView, ...]
    outputs: tuple[PortView, ...]
    layers: tuple[LayerView, ...]
    pushed: tuple[PushedView, ...]
    input_rows: bool
    input_whole: bool
    bands: tuple[str, ...]
    zero_rows: tuple[ArrayView, ...]
    row_table: ArrayView | None
    arrays: tuple[ArrayView, ...]
    state: StateView | None
    again: str  # the function that makes ready for another input
    weave: ArrayView
    headers: tuple[str, ...]
    sources: tuple[str, ...]
    has_selftest: bool
    vectors: tuple[VectorView, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """Libraries that are generated into one folder."""

    name: str  # of the first
    libs: tuple[LibraryView, ...]
    sources: tuple[str, ...]  # of the kernels of all
    arena_bytes: int  # of the largest
