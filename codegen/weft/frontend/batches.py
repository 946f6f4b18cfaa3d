"""The batch of tensors whose models leave it open.

A converter that is not told the batch writes 1 for it into every shape, also between a
SPACE_TO_BATCH_ND, which makes several images of one, and the BATCH_TO_SPACE_ND behind it; Keras
lowers dilated Conv1D to that. An interpreter computes all shapes anew. Here only the number of
images is followed, for all that is given is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from weft.frontend.reader import RawModel, RawOperator
from weft.ir import Tensor
from weft.ops import Operator, OpView


class OpenBatches:
    """How many images stand for one in tensors of open batch, operator after operator."""

    def __init__(self, model: RawModel) -> None:
        self.open = {tensor.index for tensor in model.tensors if tensor.open_batch}
        self.images: dict[int, Fraction] = {}

    def settled(self, raw: RawOperator, operator: type[Operator], op: OpView) -> dict[int, Tensor]:
        """The outputs that have other shapes than the model writes, by their number in the file."""
        if not self.open.intersection(raw.outputs):
            return {}
        given = [self.images.get(t, Fraction(1)) for t in raw.inputs]
        count = max(given, default=Fraction(1)) * operator.images(op)
        own = [t for t in raw.outputs if t in self.open]
        self.images |= dict.fromkeys(own, count)
        if count == 1 or count.denominator != 1:
            return {}
        shapes: Mapping[int, Tensor] = dict(zip(raw.outputs, op.outputs, strict=False))
        return {t: replace(shapes[t], shape=(int(count), *shapes[t].shape[1:])) for t in own}
