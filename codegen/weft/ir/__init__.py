"""The graph: what the model means. Imports nothing from the rest of the compiler but quant."""

from weft.ir.graph import DType, Graph, Node, Place, State, Tensor, TensorId, row_shape
from weft.ir.text import describe, dump
from weft.ir.verify import verify

__all__ = [
    "DType",
    "Graph",
    "Node",
    "Place",
    "State",
    "Tensor",
    "TensorId",
    "describe",
    "dump",
    "row_shape",
    "verify",
]
