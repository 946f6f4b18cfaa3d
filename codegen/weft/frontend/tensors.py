"""From a stored tensor to a `Tensor`: type, shape, data and quantization must make sense.

What an operator makes of a tensor is not known here.
"""

from __future__ import annotations

import math

import numpy as np

from weft.errors import CompileError
from weft.frontend.reader import RawQuant, RawTensor
from weft.ir import DType, Tensor
from weft.quant import Quant

QUANTIZE_IT = (
    "convert the model with full integer quantization: a representative dataset, and "
    "TFLITE_BUILTINS_INT8 as the only supported operators"
)
"""What to do about a model with floats."""

MAX_BYTES = 1 << 28
MAX_RANK = 8

_INTEGERS = (DType.INT4, DType.INT8, DType.UINT8, DType.INT16, DType.INT32, DType.INT64)


def tensor_of(raw: RawTensor) -> Tensor:
    """The checked tensor; raises CompileError, without `where`, for one weft cannot use."""
    if raw.type not in DType.__members__:
        raise CompileError(f"type {raw.type} is not supported", hint=QUANTIZE_IT)
    if raw.sparse:
        raise CompileError("sparse tensors are not supported", hint="export it dense")
    if raw.external:
        raise CompileError(
            "its data lies outside of the FlatBuffer", hint="export a model with inline buffers"
        )
    dtype = DType[raw.type]
    if dtype is DType.INT4 and raw.data is None:
        raise CompileError("type INT4 is supported for constants only")
    _check_shape(raw.shape, dtype)
    quant = _quant(raw, dtype) if raw.quant is not None and dtype in _INTEGERS else None
    tensor = Tensor(raw.name, raw.shape, dtype, quant, raw.data, raw.index)
    if raw.data is not None and len(raw.data) != tensor.nbytes:
        raise CompileError(
            f"it has {len(raw.data)} bytes of data, but its shape needs {tensor.nbytes}"
        )
    return tensor


def _check_shape(shape: tuple[int, ...], dtype: DType) -> None:
    if len(shape) > MAX_RANK:
        raise CompileError(f"it has {len(shape)} dimensions, more than {MAX_RANK}")
    if min(shape, default=1) <= 0:
        raise CompileError(
            f"shape {list(shape)} is not fixed and positive",
            hint="export the model with fixed shapes",
        )
    if math.prod(shape) * dtype.size > MAX_BYTES:
        raise CompileError(f"shape {list(shape)} needs more than {MAX_BYTES} bytes")


def _quant(raw: RawTensor, dtype: DType) -> Quant | None:
    """Quantization of an integer tensor; None when the file stores no scale."""
    stored = raw.quant
    assert stored is not None
    if stored.custom:
        raise CompileError("custom quantization is not supported")
    if not stored.scale:
        return None
    if len(stored.zero_point) != len(stored.scale):
        raise CompileError(
            f"it has {len(stored.scale)} scales, but {len(stored.zero_point)} zero points"
        )
    axis = _axis(raw, stored) if len(stored.scale) > 1 else None
    tiny = float(np.finfo(np.float32).tiny)
    for scale in stored.scale:
        if not tiny <= scale < math.inf:
            raise CompileError(f"scale {scale:.9g} is not a positive normal number")
    least, most = dtype.limits
    for zero_point in stored.zero_point:
        if not least <= zero_point <= most:
            raise CompileError(f"zero point {zero_point} is not in {least} to {most}")
    return Quant(stored.scale, stored.zero_point, axis)


def _axis(raw: RawTensor, stored: RawQuant) -> int:
    """The axis of a per-channel quantization."""
    if raw.data is None:
        raise CompileError(
            f"it has {len(stored.scale)} scales, but is no constant",
            hint="quantize activations per tensor",
        )
    if not 0 <= stored.axis < len(raw.shape):
        raise CompileError(
            f"its quantized dimension {stored.axis} is not in shape {list(raw.shape)}"
        )
    if len(stored.scale) != raw.shape[stored.axis]:
        raise CompileError(
            f"it has {len(stored.scale)} scales, but dimension {stored.axis} "
            f"of shape {list(raw.shape)} has {raw.shape[stored.axis]} entries"
        )
    return stored.axis
