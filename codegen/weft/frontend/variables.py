"""Resource variables: handles, reads and assignments become states and names of tensors.

Knows VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE and CALL_ONCE, which are gone afterwards: what a
read gives is what was assigned before it, and where nothing was, what the last inference left. A
variable that is never assigned is a constant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from weft.errors import CompileError
from weft.frontend.connections import located
from weft.frontend.reader import OptionFields, RawFile, RawModel, RawOperator, RawState
from weft.frontend.tensors import tensor_of

Key = tuple[str, str]
"""Container and name of a variable: handles with the same ones are handles of the same."""

OPERATORS: OptionFields = {
    "VAR_HANDLE": ("VarHandleOptions", ("container", "shared_name")),
    "READ_VARIABLE": (None, ()),
    "ASSIGN_VARIABLE": (None, ()),
    "CALL_ONCE": ("CallOnceOptions", ("init_subgraph_index",)),
}
"""Options that the reader has to bring."""


def resolve_variables(file: RawFile, model: RawModel) -> RawModel:
    """The subgraph without the operators above, and with the states that they mean."""
    if not any(op.builtin in OPERATORS for op in model.operators):
        return model
    walk = _Walk(file, model)
    for operator in model.operators:
        with located(model.where(operator)):
            walk.step(operator)
    return walk.resolved()


@dataclass
class _Variable:
    """A variable, by the numbers of tensors in the main subgraph."""

    initial: bytes | None = None
    like: int | None = None  # any tensor that was read or assigned: all are alike
    found: int | None = None  # what is read before it is assigned
    value: int | None = None  # what was assigned last


@dataclass
class _Walk:
    """Through the operators in their order."""

    file: RawFile
    model: RawModel
    handles: dict[int, Key] = field(default_factory=dict)
    variables: dict[Key, _Variable] = field(default_factory=dict)
    names: dict[int, int] = field(default_factory=dict)  # what is read -> the tensor that it is
    operators: list[RawOperator] = field(default_factory=list)
    waiting: set[int] = field(default_factory=set)  # reads that are still to come
    computed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        reads = (op for op in self.model.operators if op.builtin == "READ_VARIABLE")
        self.waiting = {t for op in reads for t in op.outputs}
        constants = (i for i, t in enumerate(self.model.tensors) if t.constant)
        self.computed = {*self.model.inputs, *constants}

    def step(self, operator: RawOperator) -> None:
        """One operator of the main subgraph."""
        steps: Mapping[str, Callable[[RawOperator], None]] = {
            "VAR_HANDLE": self._handle,
            "READ_VARIABLE": self._read,
            "ASSIGN_VARIABLE": self._assign,
            "CALL_ONCE": self._call,
        }
        steps.get(operator.builtin, self._other)(operator)

    def _handle(self, operator: RawOperator) -> None:
        (handle,) = _operands(self.model, operator, 0, 1)
        self.handles[handle] = _key(operator)

    def _read(self, operator: RawOperator) -> None:
        handle, result = _operands(self.model, operator, 1, 1)
        variable = self._variable(handle)
        if result in self.computed or result in self.names:
            raise CompileError(f"it writes {self._where(result)}, which is already computed")
        self._same(variable, result)
        self.waiting.discard(result)
        self.computed.add(result)
        if variable.value is None and variable.found is None:
            variable.found = result
            return
        value = variable.found if variable.value is None else variable.value
        assert value is not None
        self.names[result] = value

    def _assign(self, operator: RawOperator) -> None:
        handle, value = _operands(self.model, operator, 2, 0)
        variable = self._variable(handle)
        if value not in self.computed:
            raise CompileError(f"it reads {self._where(value)} before it is computed")
        self._same(variable, value)
        variable.value = self.names.get(value, value)

    def _call(self, operator: RawOperator) -> None:
        if any(v.like is not None for v in self.variables.values()):
            raise CompileError("it comes after operators that use variables")
        number = _option(operator, "init_subgraph_index")
        if not 0 <= number < self.file.count or number == self.model.number:
            raise CompileError(
                f"it calls subgraph {number} of {self.file.count}, which is no other subgraph"
            )
        self.variables |= {
            key: _Variable(initial=data) for key, data in _initials(self.file, number).items()
        }

    def _other(self, operator: RawOperator) -> None:
        for t in operator.inputs:
            if t in self.waiting:
                raise CompileError(f"it reads {self._where(t)} before it is computed")
        inputs = tuple(self.names.get(t, t) for t in operator.inputs)
        self.operators.append(replace(operator, inputs=inputs))
        self.computed.update(operator.outputs)

    def _variable(self, handle: int) -> _Variable:
        if handle not in self.handles:
            raise CompileError(f"{self._where(handle)} is no handle of a variable")
        return self.variables.setdefault(self.handles[handle], _Variable())

    def _same(self, variable: _Variable, tensor: int) -> None:
        """All that is read from a variable and assigned to it has the same form."""
        if variable.like is None:
            variable.like = tensor
        new, known = (
            tensor_of(self.model.tensors[tensor]),
            tensor_of(self.model.tensors[variable.like]),
        )
        if (new.dtype, new.shape, new.quant) != (known.dtype, known.shape, known.quant):
            raise CompileError(
                f"{self._where(tensor)} and {self._where(variable.like)} are one variable, but "
                "differ in type, shape or quantization"
            )
        if variable.initial is not None and len(variable.initial) != new.nbytes:
            raise CompileError(
                f"the variable starts with {len(variable.initial)} bytes, but "
                f"{self._where(tensor)} has {new.nbytes}"
            )

    def _where(self, tensor: int) -> str:
        return self.model.tensors[tensor].where

    def resolved(self) -> RawModel:
        """What is left when all operators have been seen."""
        tensors, states = list(self.model.tensors), list[RawState]()
        for variable in self.variables.values():
            found, initial = variable.found, variable.initial
            if found is None:
                continue  # nobody reads what the last inference left
            if initial is None:
                raise CompileError(
                    "it is a variable that is read before anything is assigned to it",
                    where=tensors[found].where,
                    hint="export the model with initial values of its variables",
                )
            if variable.value is None or variable.value == found:
                tensors[found] = replace(tensors[found], data=initial)
            else:
                states.append(RawState(found, variable.value, initial))
        return replace(
            self.model,
            tensors=tuple(tensors),
            operators=tuple(self.operators),
            outputs=tuple(self.names.get(t, t) for t in self.model.outputs),
            states=tuple(states),
        )


def _initials(file: RawFile, number: int) -> dict[Key, bytes]:
    """What an init subgraph assigns; it may do nothing but assign constants."""
    model = file.subgraph(number)
    handles: dict[int, Key] = {}
    found: dict[Key, bytes] = {}
    for operator in model.operators:
        with located(f'subgraph {number} "{model.name}", {model.where(operator)}'):
            if operator.builtin == "VAR_HANDLE":
                (handle,) = _operands(model, operator, 0, 1)
                handles[handle] = _key(operator)
                continue
            if operator.builtin != "ASSIGN_VARIABLE":
                raise CompileError("initial values of variables have to be constants")
            handle, value = _operands(model, operator, 2, 0)
            stored = model.tensors[value]
            if not stored.constant or handle not in handles:
                raise CompileError("it does not assign a constant to a variable")
            data = tensor_of(stored).const
            assert data is not None
            found[handles[handle]] = data
    return found


def _key(operator: RawOperator) -> Key:
    return str(_option(operator, "container")), str(_option(operator, "shared_name"))


def _option(operator: RawOperator, name: str) -> Any:
    if name not in operator.options:
        raise CompileError(f"its options are {operator.table}")
    return operator.options[name]


def _operands(model: RawModel, operator: RawOperator, inputs: int, outputs: int) -> tuple[int, ...]:
    """The inputs and outputs, of which there must be so many, all tensors of the subgraph."""
    if (len(operator.inputs), len(operator.outputs)) != (inputs, outputs):
        raise CompileError(
            f"it has {len(operator.inputs)} inputs and {len(operator.outputs)} outputs, not "
            f"{inputs} and {outputs}"
        )
    found = (*operator.inputs, *operator.outputs)
    for t in found:
        if not 0 <= t < len(model.tensors):
            raise CompileError(f"it uses tensor {t}, but there are {len(model.tensors)} tensors")
    return found
