"""One line per node: the format of golden files and of `weft compile --dump-ir`."""

from __future__ import annotations

import dataclasses
import zlib

from weft.ir.graph import Graph, Node, State, TensorId


def dump(graph: Graph) -> str:
    """The graph as text, deterministic."""

    def ref(t: TensorId | None) -> str:
        if t is None:
            return "none"
        tensor = graph[t]
        shape = "x".join(map(str, tensor.shape))
        const = "" if tensor.const is None else "=const"
        return f"%{t}:{tensor.dtype.value}[{shape}]{const}"

    lines = [f"graph {graph.name}({', '.join(map(ref, graph.inputs))})"]
    lines += [f"  state {ref(s.before)} -> {ref(s.after)}{_initial(s)}" for s in graph.states]
    for node in graph.nodes:
        outputs = ", ".join(map(ref, node.outputs))
        origins = "".join(f" #{i}" for i in node.origins)
        arguments = ", ".join(map(ref, node.inputs))
        placed = " in place" if node.places else ""
        attrs = _attrs(node.attrs)
        lines.append(f"  {outputs} = {node.op}({arguments}){attrs}{placed}{origins}")
    lines.append(f"  return {', '.join(map(ref, graph.outputs))}")
    return "\n".join(lines) + "\n"


def _initial(state: State) -> str:
    """Where a state starts from."""
    if len(set(state.initial)) == 1:
        return f", from {state.initial[0]:#04x} everywhere"
    return f", from {len(state.initial)} bytes"


def _attrs(attrs: object) -> str:
    if not dataclasses.is_dataclass(attrs):
        return ""
    fields = (f"{f.name}={_value(getattr(attrs, f.name))}" for f in dataclasses.fields(attrs))
    return " {" + " ".join(fields) + "}"


def _value(value: object) -> object:
    return f"{zlib.crc32(value):08x}" if isinstance(value, bytes) else value


def describe(graph: Graph, node: Node) -> str:
    """A node as error messages name it: 'operator 3 (CONV_2D), tensor 17 "conv1/out"'."""
    numbers = "+".join(map(str, node.origins)) or "(made by weft)"
    text = f"operator {numbers} ({node.op.upper()})"
    if not node.outputs:
        return text
    tensor = graph[node.outputs[0]]
    number = "" if tensor.origin is None else f" {tensor.origin}"
    return f'{text}, tensor{number} "{tensor.name}"'
