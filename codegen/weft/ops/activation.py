"""Fused activations: from the schema's number to a name, and to the range of the output.

Passes narrow ranges further than the schema has names for: that is `Limits`.
"""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

import numpy as np

from weft.errors import CompileError
from weft.ops.base import Options
from weft.quant import Quant, round_half_away

_FAR = 2.0**31  # beyond every integer type's range


class Activation(str, enum.Enum):
    """An activation that only narrows the output's range."""

    NONE = "none"
    RELU = "relu"
    RELU_N1_TO_1 = "relu_n1_to_1"
    RELU6 = "relu6"
    RELU_0_TO_1 = "relu_0_to_1"  # never fused, an operator only

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Limits:
    """Least and greatest stored value of the output."""

    low: int
    high: int

    def __str__(self) -> str:
        return f"{self.low}..{self.high}"


Fused = Activation | Limits
"""What attributes hold under the name `activation`."""

_BY_NUMBER = (Activation.NONE, Activation.RELU, Activation.RELU_N1_TO_1, Activation.RELU6)
_REAL_RANGE = {
    Activation.NONE: (-math.inf, math.inf),
    Activation.RELU: (0.0, math.inf),
    Activation.RELU_N1_TO_1: (-1.0, 1.0),
    Activation.RELU6: (0.0, 6.0),
    Activation.RELU_0_TO_1: (0.0, 1.0),
}


def fused_activation(options: Options) -> Activation:
    """The option `fused_activation_function`; CompileError for one that is not a range."""
    number = int(options["fused_activation_function"])
    if not 0 <= number < len(_BY_NUMBER):
        names = {4: "TANH", 5: "SIGN_BIT"}
        raise CompileError(
            f"fused activation {names.get(number, number)} is not supported",
            hint="export the activation as an operator of its own",
        )
    return _BY_NUMBER[number]


def clamp_range(activation: Fused, quant: Quant, least: int, greatest: int) -> tuple[int, int]:
    """Least and greatest stored value of an output; its type's are `least` and `greatest`.

    As TensorFlow Lite's CalculateActivationRangeQuantized: one float32 division, ties away.
    """
    if isinstance(activation, Limits):
        return max(least, activation.low), min(greatest, activation.high)
    low, high = (_stored(real, quant) for real in _REAL_RANGE[activation])
    return max(least, low), min(greatest, high)


def _stored(real: float, quant: Quant) -> int:
    steps = float(np.float32(real) / np.float32(quant.s)) if math.isfinite(real) else real
    return quant.zp + round_half_away(min(max(steps, -_FAR), _FAR))
