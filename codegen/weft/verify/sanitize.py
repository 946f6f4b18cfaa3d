"""Make a model acceptable to the interpreter without changing its arithmetic."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

import flatbuffers


def loadable(model: bytes, inputs: Sequence[int], subgraph: int = 0) -> bytes:
    """The model with quantized dimensions in range, operator versions of 1, and these inputs.

    Operators that make an input go: the caller does their work. The subgraph comes first.

    TensorFlow Lite Micro ignores both; the interpreter refuses the former on bias vectors, and
    its reference resolver lags behind in the latter, which are lookup keys only. It shows the
    tensors of the first subgraph.
    """
    schema: Any = importlib.import_module("ai_edge_litert.schema_py_generated")
    tree = schema.ModelT.InitFromPackedBuf(model, 0)
    for graph in tree.subgraphs:
        for tensor in graph.tensors:
            q = tensor.quantization
            rank = 0 if tensor.shape is None else len(tensor.shape)
            if q is not None and q.quantizedDimension >= max(rank, 1):
                q.quantizedDimension = 0
    if subgraph:
        _put_first(tree, subgraph)
    for code in tree.operatorCodes:
        code.version = 1
    main = tree.subgraphs[0]
    main.inputs = list(inputs)
    main.operators = [op for op in main.operators if not {*inputs} & {*op.outputs}]
    builder = flatbuffers.Builder(len(model))
    builder.Finish(tree.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _put_first(tree: Any, subgraph: int) -> None:
    """Exchange a subgraph with the first, and the numbers of those that CALL_ONCE calls."""
    graphs = tree.subgraphs
    graphs[0], graphs[subgraph] = graphs[subgraph], graphs[0]
    tree.signatureDefs = None
    for operator in (op for graph in graphs for op in graph.operators or ()):
        called = getattr(operator.builtinOptions, "initSubgraphIndex", None)
        if called in (0, subgraph):
            operator.builtinOptions.initSubgraphIndex = subgraph - called
