"""The registry. Its order is the order of the operator manual."""

from weft.ir import Node
from weft.ops.abs import Abs
from weft.ops.add import Add
from weft.ops.add_n import AddN
from weft.ops.arg_extremes import ArgMax, ArgMin
from weft.ops.base import Kernel, Operator, OpView, rejection
from weft.ops.batch_matmul import BatchMatmul
from weft.ops.cast import Cast
from weft.ops.comparisons import Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual
from weft.ops.concatenation import Concatenation, Pack
from weft.ops.conv_2d import Conv2D
from weft.ops.copy import Copy
from weft.ops.cumsum import Cumsum
from weft.ops.depthwise_conv_2d import DepthwiseConv2D
from weft.ops.dequantize import Dequantize
from weft.ops.extremes import ReduceAll, ReduceAny, ReduceMax, ReduceMin
from weft.ops.fill import Fill
from weft.ops.fully_connected import FullyConnected
from weft.ops.gather import Gather, GatherNd
from weft.ops.geometry import Geometry, Outside, RowTable, RowWindow, Whole
from weft.ops.hard_swish import HardSwish
from weft.ops.l2_normalization import L2Normalization
from weft.ops.leaky_relu import LeakyRelu
from weft.ops.log_softmax import LogSoftmax
from weft.ops.logical import LogicalAnd, LogicalNot, LogicalOr
from weft.ops.lstm import UnidirectionalSequenceLstm
from weft.ops.maximum import Maximum, Minimum
from weft.ops.mirror_pad import MirrorPad
from weft.ops.mul import Mul
from weft.ops.neg import Neg
from weft.ops.pad import Pad, PadV2
from weft.ops.pool_2d import AveragePool2D, MaxPool2D
from weft.ops.prelu import Prelu
from weft.ops.quantize import Quantize
from weft.ops.range_ import Range
from weft.ops.real_functions import Elu, Exp, Gelu, Log
from weft.ops.reduce_prod import ReduceProd
from weft.ops.relu import Relu, Relu0To1, Relu6, ReluN1To1
from weft.ops.reshape import ExpandDims, Reshape, Squeeze
from weft.ops.resize import ResizeBilinear, ResizeNearestNeighbor
from weft.ops.rsqrt import Rsqrt
from weft.ops.select import Select, SelectV2
from weft.ops.shape import Shape
from weft.ops.sigmoids import Logistic, Tanh
from weft.ops.slice import ReverseV2, Slice
from weft.ops.softmax import Softmax
from weft.ops.space_batch import BatchToSpaceNd, SpaceToBatchNd
from weft.ops.space_depth import DepthToSpace, SpaceToDepth
from weft.ops.split import Split, SplitV, Unpack
from weft.ops.squared_difference import SquaredDifference
from weft.ops.streams import Streams
from weft.ops.strided_slice import StridedSlice
from weft.ops.sub import Sub
from weft.ops.sums import Mean, Sum
from weft.ops.svdf import Svdf
from weft.ops.table import Lut
from weft.ops.tile import BroadcastTo, Tile
from weft.ops.transpose import Transpose
from weft.ops.transpose_conv import TransposeConv

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
