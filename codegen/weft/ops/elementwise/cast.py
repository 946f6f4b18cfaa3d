"""CAST: the same number as another type, whatever its quantization.

Integers lose their upper bits, true is what is not 0. Floats are cut off to integers; where C
says nothing of the result, NaN gives 0 and what does not fit saturates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from weft.ir import DType, Tensor
from weft.ops.base import Kernel, OpView, Params, Values
from weft.ops.checks import computed, same_shape, takes
from weft.ops.elementwise.elementwise import Elementwise

_UNSIGNED = (DType.UINT8, DType.BOOL)


def _is_float(tensor: Tensor) -> bool:
    return tensor.dtype is DType.FLOAT32


def _to_float(op: OpView) -> bool:
    return _is_float(op.output) and not _is_float(op.input(0))


def _from_float(op: OpView) -> bool:
    return _is_float(op.input(0)) and not _is_float(op.output)


def _params(op: OpView) -> Params:
    source, target = op.input(0).dtype, op.output.dtype
    _, pixels, channels = op.output.rows
    return {
        "input_size": source.size,
        "input_unsigned": int(source in _UNSIGNED),
        "output_size": target.size,
        "output_unsigned": int(target in _UNSIGNED),
        "output_bool": int(target is DType.BOOL),
        "elements": pixels * channels,
    }


def _cut_off(values: Values, target: DType) -> Values:
    """Floats to integers."""
    least, greatest = target.limits
    inside = np.trunc(np.where(np.isnan(values), 0, values).astype(np.float64))
    # The greatest int64 is no double; beyond it, what is cast does not matter.
    safe = np.clip(inside, least, np.nextafter(float(greatest) + 1, 0))
    return np.where(inside > greatest, greatest, safe.astype(np.int64)).astype(target.numpy)


def _between_alike(op: OpView) -> bool:
    return _is_float(op.input(0)) == _is_float(op.output)


def _kernel(suffix: str, why: str, when: Callable[[OpView], bool]) -> Kernel:
    source = f"cast{suffix}.c"
    return Kernel(
        f"weft_cast{suffix}", "weft_cast_params", source, "cast.h", _params, when=when, why=why
    )


class Cast(Elementwise):
    """out = in as another type."""

    name = "cast"
    tflite = "CAST"
    options = "CastOptions"
    checks = (takes(1), computed(0, "input"), same_shape)
    kernels = (
        _kernel("_to_f32", "integers to float", _to_float),
        _kernel("_from_f32", "float to integers", _from_float),
        _kernel("", "bits alone", _between_alike),
    )

    @staticmethod
    def idle(op: OpView) -> bool:
        return op.input(0).dtype is op.output.dtype

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        values, target = np.asarray(inputs[0]), op.output.dtype
        if target is DType.BOOL:
            return (values != 0,)
        if _from_float(op):
            return (_cut_off(values, target),)
        return (values.astype(target.numpy),)
