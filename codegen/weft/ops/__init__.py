"""The registry. Its order is the order of the operator manual."""

from weft.ir import Node
from weft.ops.base import Kernel, Operator, OpView, rejection
from weft.ops.copy import Copy
from weft.ops.elementwise.abs import Abs
from weft.ops.elementwise.add import Add
from weft.ops.elementwise.add_n import AddN
from weft.ops.elementwise.cast import Cast
from weft.ops.elementwise.comparisons import Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual
from weft.ops.elementwise.dequantize import Dequantize
from weft.ops.elementwise.hard_swish import HardSwish
from weft.ops.elementwise.leaky_relu import LeakyRelu
from weft.ops.elementwise.logical import LogicalAnd, LogicalNot, LogicalOr
from weft.ops.elementwise.maximum import Maximum, Minimum
from weft.ops.elementwise.mul import Mul
from weft.ops.elementwise.neg import Neg
from weft.ops.elementwise.prelu import Prelu
from weft.ops.elementwise.quantize import Quantize
from weft.ops.elementwise.real_functions import Elu, Exp, Gelu, Log
from weft.ops.elementwise.relu import Relu, Relu0To1, Relu6, ReluN1To1
from weft.ops.elementwise.rsqrt import Rsqrt
from weft.ops.elementwise.select import Select, SelectV2
from weft.ops.elementwise.sigmoids import Logistic, Tanh
from weft.ops.elementwise.squared_difference import SquaredDifference
from weft.ops.elementwise.sub import Sub
from weft.ops.elementwise.table import Lut
from weft.ops.geometry import Geometry, Outside, RowTable, RowWindow, Whole
from weft.ops.movement.concatenation import Concatenation, Pack
from weft.ops.movement.fill import Fill
from weft.ops.movement.gather import Gather, GatherNd
from weft.ops.movement.mirror_pad import MirrorPad
from weft.ops.movement.pad import Pad, PadV2
from weft.ops.movement.range_ import Range
from weft.ops.movement.reshape import ExpandDims, Reshape, Squeeze
from weft.ops.movement.resize import ResizeBilinear, ResizeNearestNeighbor
from weft.ops.movement.shape import Shape
from weft.ops.movement.slice import ReverseV2, Slice
from weft.ops.movement.space_batch import BatchToSpaceNd, SpaceToBatchNd
from weft.ops.movement.space_depth import DepthToSpace, SpaceToDepth
from weft.ops.movement.split import Split, SplitV, Unpack
from weft.ops.movement.strided_slice import StridedSlice
from weft.ops.movement.tile import BroadcastTo, Tile
from weft.ops.movement.transpose import Transpose
from weft.ops.reduction.arg_extremes import ArgMax, ArgMin
from weft.ops.reduction.cumsum import Cumsum
from weft.ops.reduction.extremes import ReduceAll, ReduceAny, ReduceMax, ReduceMin
from weft.ops.reduction.l2_normalization import L2Normalization
from weft.ops.reduction.log_softmax import LogSoftmax
from weft.ops.reduction.pool_2d import AveragePool2D, MaxPool2D
from weft.ops.reduction.reduce_prod import ReduceProd
from weft.ops.reduction.softmax import Softmax
from weft.ops.reduction.sums import Mean, Sum
from weft.ops.stateful.lstm import UnidirectionalSequenceLstm
from weft.ops.stateful.svdf import Svdf
from weft.ops.streams import Streams
from weft.ops.weighted.batch_matmul import BatchMatmul
from weft.ops.weighted.conv_2d import Conv2D
from weft.ops.weighted.depthwise_conv_2d import DepthwiseConv2D
from weft.ops.weighted.fully_connected import FullyConnected
from weft.ops.weighted.transpose_conv import TransposeConv

_OPERATORS: tuple[type[Operator], ...] = (
    Conv2D,
    DepthwiseConv2D,
    FullyConnected,
    TransposeConv,
    BatchMatmul,
    AveragePool2D,
    MaxPool2D,
    Add,
    Sub,
    AddN,
    Mul,
    SquaredDifference,
    Maximum,
    Minimum,
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    LogicalAnd,
    LogicalOr,
    LogicalNot,
    SelectV2,
    Select,
    Mean,
    Sum,
    ReduceMax,
    ReduceMin,
    ReduceProd,
    ReduceAny,
    ReduceAll,
    Cumsum,
    ArgMax,
    ArgMin,
    Pad,
    PadV2,
    MirrorPad,
    ResizeNearestNeighbor,
    ResizeBilinear,
    SpaceToDepth,
    DepthToSpace,
    SpaceToBatchNd,
    BatchToSpaceNd,
    Softmax,
    LogSoftmax,
    L2Normalization,
    Svdf,
    UnidirectionalSequenceLstm,
    Relu,
    Relu6,
    ReluN1To1,
    Relu0To1,
    LeakyRelu,
    Prelu,
    Elu,
    Gelu,
    HardSwish,
    Logistic,
    Tanh,
    Abs,
    Neg,
    Exp,
    Log,
    Rsqrt,
    Reshape,
    ExpandDims,
    Squeeze,
    Transpose,
    ReverseV2,
    Slice,
    StridedSlice,
    Concatenation,
    Pack,
    Split,
    SplitV,
    Unpack,
    Tile,
    BroadcastTo,
    Gather,
    GatherNd,
    Quantize,
    Dequantize,
    Cast,
    Shape,
    Fill,
    Range,
    Lut,
    Copy,
)

REGISTRY: dict[str, type[Operator]] = {op.name: op for op in _OPERATORS}


def runs(node: Node) -> bool:
    """Whether a node takes a kernel: no view does, nor a join whose parts are made in place."""
    return not REGISTRY[node.op].view and not node.places


__all__ = [
    "REGISTRY",
    "Geometry",
    "Kernel",
    "OpView",
    "Operator",
    "Outside",
    "RowTable",
    "RowWindow",
    "Streams",
    "Whole",
    "rejection",
    "runs",
]
