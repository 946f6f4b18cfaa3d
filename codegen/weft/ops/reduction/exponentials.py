"""What SOFTMAX and LOG_SOFTMAX of int8 share: exponentials of differences to the greatest input.

There are 256 differences at most, so the exponentials are a table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weft.fixed_point import exp_negative, input_radius
from weft.ops.base import OpView
from weft.ops.checks import named
from weft.quant import INT32_MAX, Ints, Requant, high_mul, wrap32

INTEGER_BITS = 5  # of the scaled difference to the greatest input
SUM_BITS = 12  # integer bits of the sum of exponentials
_MAX_CLASSES = (1 << SUM_BITS) - 1


@dataclass(frozen=True, slots=True)
class SoftmaxAttrs:
    """What is made is exp(beta * x); `beta` is a float32 value."""

    beta: float


def real_multiplier(op: OpView) -> float:
    """From input steps to the fixed point of the exponential."""
    fraction = 1 << (31 - INTEGER_BITS)
    return min(float(op.attrs.beta * op.input(0).q.s * fraction), float(INT32_MAX))


def exponentials(op: OpView) -> Ints:
    """exp(beta * scale * -i) in Q0.31 for i = 0, 1, ... as far as it counts."""
    rescale = Requant.of(real_multiplier(op))
    count = min(input_radius(INTEGER_BITS, rescale.shift), 255) + 1
    scaled = wrap32(-np.arange(count, dtype=np.int64) << rescale.shift)
    found: Ints = exp_negative(high_mul(scaled, rescale.multiplier), INTEGER_BITS)
    return found


def by_difference(known: Ints) -> Ints:
    """A table for all 256 differences; those that the fixed point cannot hold have 0."""
    found = np.zeros(256, np.int64)
    found[: len(known)] = known
    return found


def has_axes(op: OpView) -> str | None:
    "the input has one dimension or more"
    return None if op.input(0).shape else f"{named(op.input(0))} has none"


def not_too_flat(op: OpView) -> str | None:
    "beta times the input's scale is above 2^-26"
    product = op.attrs.beta * op.input(0).q.s
    return None if product * (1 << 26) > 1 else f"it is {product:.9g}"


def few_classes(op: OpView) -> str | None:
    "there are at most 4095 classes, whose sum fits 32 bits"
    classes = op.input(0).shape[-1]
    return None if classes <= _MAX_CLASSES else f"there are {classes}"
