"""What an operator is. One module per operator holds everything that weft knows about it.

Derived from that one definition: the support check and its error text, the manual that
`weft ops` prints, the kernel that is chosen, its scratch, the numbers and constants in the
generated C, the list of runtime files to ship, and the generated tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from weft.ir import Graph, Node, Tensor
from weft.ops.geometry import Geometry, RowWindow, Whole
from weft.ops.streams import Streams

Values = npt.NDArray[Any]
Options = Mapping[str, Any]
"""Fields of an operator's options table, by their name in the TensorFlow Lite schema."""

Params = Mapping[str, "int | float | Values"]
"""Fields of a kernel's C parameter struct, in order; an array becomes a constant in flash."""


@dataclass(frozen=True, slots=True)
class OpView:
    """A node with its tensors looked up: what checks, kernels and references are given."""

    node: Node
    inputs: tuple[Tensor | None, ...]
    outputs: tuple[Tensor, ...]

    @classmethod
    def of(cls, graph: Graph, node: Node) -> OpView:
        """The view of one node of a graph."""
        inputs = tuple(None if t is None else graph[t] for t in node.inputs)
        return cls(node, inputs, tuple(graph[t] for t in node.outputs))

    @property
    def attrs(self) -> Any:
        """The operator's own attributes."""
        return self.node.attrs

    def input(self, position: int) -> Tensor:
        """An input that must be there."""
        tensor = self.inputs[position]
        assert tensor is not None
        return tensor

    def optional(self, position: int) -> Tensor | None:
        """An input that may be left out."""
        return self.inputs[position] if position < len(self.inputs) else None

    @property
    def output(self) -> Tensor:
        """The only output, apart from what the node updates."""
        (tensor,) = self.outputs[: len(self.outputs) - len(self.node.updates)]
        return tensor


def rowwise(op: OpView) -> Geometry:
    """Output row y needs row y of every activation."""
    return Geometry((RowWindow(),) * _activations(op))


def whole(op: OpView) -> Geometry:
    """Everything at once, packed."""
    return Geometry((Whole(),) * _activations(op), whole_output=True)


def _activations(op: OpView) -> int:
    """How many different tensors the node reads, without constants and those that it changes."""
    inputs = enumerate(zip(op.node.inputs, op.inputs, strict=True))
    return len(
        {
            number
            for position, (number, t) in inputs
            if t is not None and t.const is None and position not in op.node.updates
        }
    )


def _always(_: OpView) -> bool:
    return True


def _nothing(_: OpView) -> int:
    return 0


def _one(_: OpView) -> int:
    return 1


@dataclass(frozen=True, slots=True)
class Kernel:
    """One C implementation of an operator. Kernels of an operator are tried in order.

    The C function is `void <symbol>(const <struct> *p, const weft_step *s)`, `params` gives the
    struct's fields. `in_place`: element i of an output row depends on element i of the input
    rows only and is written after it is read, in ascending order, with equal element sizes.
    `cycles` are a rough figure of an inference, to compare kernels of one operator.
    """

    symbol: str
    struct: str
    source: str  # file under runtime/src
    header: str  # file under runtime/include/weft that declares symbol and struct
    params: Callable[[OpView], Params]
    rows: Callable[[OpView], Geometry] = rowwise
    needs: frozenset[str] = frozenset()  # target features
    when: Callable[[OpView], bool] = _always
    why: str = "portable C"  # printed in the generated code
    scratch: Callable[[OpView], int] = _nothing  # bytes for one step
    state: Callable[[OpView], int] = _nothing  # bytes from the first step to the last
    block: Callable[[OpView], int] = _one  # output rows per step; fewer must be right too
    cycles: Callable[[OpView, int], int] | None = None  # with so many rows per step; None: by MACs
    in_place: bool = False
    spreads: bool = False  # each step fills places all over: for an output that is whole anyway
    pitched: bool = False  # makes pixels as far apart as the output's pitch says
    lavish: bool = False  # spends flash for speed: only for a goal that wants that
    shared: tuple[str, ...] = ()  # files under runtime/src that it needs besides `source`

    @property
    def sources(self) -> frozenset[str]:
        """All files under runtime/src that it needs."""
        return frozenset({self.source, *self.shared})


Check = Callable[[OpView], "str | None"]
"""A constraint: the docstring is the manual line and the error text; returns what is wrong."""


class Operator:
    """Subclass once per operator, as a namespace; instances carry no state."""

    name: ClassVar[str]  # key in the registry, and part of C names
    tflite: ClassVar[str]  # BuiltinOperator spelling
    options: ClassVar[str | None] = None  # the schema's options table
    fields: ClassVar[Sequence[str]] = ()  # fields of it that `parse` needs, schema spelling
    order: ClassVar[Sequence[int]] = ()  # the model's numbers of the first inputs, if not 0, 1, ...
    parameters: ClassVar[Sequence[int]] = ()  # constant inputs that `parse` folds into attrs
    updates: ClassVar[Sequence[int]] = ()  # variable tensors that it changes: see Node.updates
    checks: ClassVar[Sequence[Check]] = ()
    limits: ClassVar[Sequence[Check]] = ()  # checks of what has to hold after the passes only
    kernels: ClassVar[Sequence[Kernel]] = ()  # none for a view
    streams: ClassVar[Streams] = Streams.ALWAYS  # does not count without kernels
    view: ClassVar[bool] = False  # the output is the input's packed bytes under another shape
    flat: ClassVar[bool] = False  # all that counts of activations is their bytes, not their shape
    internal: ClassVar[bool] = False  # made by weft, never found in a model
    clamps: ClassVar[bool] = False  # attrs.activation says to which range it limits its output
    static: ClassVar[bool] = False  # the outputs depend on shapes alone, not on any value
    on_integers: ClassVar[np.ufunc | None] = None  # what it does to int32 or int64 constants

    @staticmethod
    def parse(options: Options, op: OpView) -> Any:
        """The model's options (and parameter inputs) as frozen attributes.

        Raises CompileError, without `where`, for what no check can describe.
        """
        return None

    @staticmethod
    def idle(op: OpView) -> bool:
        """Whether the output's bytes are the input's, in the same order; views need not say."""
        return False

    @staticmethod
    def images(op: OpView) -> Fraction:
        """How many images (of a batch, the first axis) the outputs have for each of the inputs."""
        return Fraction(1)

    @staticmethod
    def disputed(op: OpView) -> str | None:
        """Why the reference interpreter's result does not count for this node, None if it does.

        Where it differs from TensorFlow Lite Micro, `reference` says what is right.
        """
        return None

    @staticmethod
    def harmful(op: OpView) -> bool:
        """Whether the reference interpreter reads or writes memory that is not its own."""
        return False

    @staticmethod
    def turned(op: OpView) -> Node | None:
        """The node that does the same to the same bytes when images are turned upright.

        Every tensor (1, 1, W, C), of whatever rank, becomes (1, W, 1, C), and filters of height 1
        likewise; the caller sees to that. None if there is no such node.
        """
        return None

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        """Exact semantics on whole tensors, written for reading.

        An operator with `updates` also gives the values that they have afterwards.
        """
        raise NotImplementedError

    @staticmethod
    def expects(op: OpView, position: int) -> tuple[int, int] | None:
        """The least and the greatest value that make sense for an input, None for any."""
        return None

    @staticmethod
    def macs(op: OpView) -> int:
        """Multiply-accumulates of one inference."""
        return 0


def rejection(operator: type[Operator], op: OpView, *, limits: bool = True) -> str | None:
    """The first unmet check as one sentence, None when all are met; without `limits` before the
    passes, which may change what is beyond them."""
    for check in (*operator.checks, *(operator.limits if limits else ())):
        actual = check(op)
        if actual is not None:
            return f"{(check.__doc__ or check.__name__).strip()}, but {actual}"
    return None


def array(values: Any, dtype: str) -> Values:
    """A constant for `Params`, of the given NumPy type."""
    return np.ascontiguousarray(np.asarray(values), np.dtype(dtype))
