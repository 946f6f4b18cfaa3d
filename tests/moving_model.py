"""Random models with operators that move elements; all keep the quantization of their input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from random_model import RandomModel


class MovingModel(RandomModel):
    """As RandomModel; parameters are constants."""

    def moved(
        self, x: int, builtin: str, shape: Sequence[int], *parameters: Any, **options: Any
    ) -> int:
        """A layer of one input, one output of some shape, and constant integers."""
        y = self.like(x, shape)
        self.operator(builtin, [x, *map(self.integers, parameters)], [y], **options)
        return y

    def concatenation(self, inputs: Sequence[int], axis: int) -> int:
        """Tensors of the same quantization one behind the other."""
        shape = list(self.shape(inputs[0]))
        shape[axis] = sum(self.shape(x)[axis] for x in inputs)
        y = self.like(inputs[0], shape)
        self.operator("CONCATENATION", inputs, [y], axis=axis)
        return y

    def requantized(self, y: int, x: int) -> int:
        """The output of a layer, with the quantization of another tensor."""
        tensors = self.graph.tensors
        tensors[y].quantization = tensors[x].quantization
        return y

    def split(self, x: int, parts: int, axis: int) -> list[int]:
        """A tensor cut into equal parts."""
        shape = list(self.shape(x))
        shape[axis] //= parts
        made = [self.like(x, shape) for _ in range(parts)]
        self.operator("SPLIT", [self.integers(axis), x], made, num_splits=parts)
        return made

    def strided_slice(
        self, x: int, begin: Sequence[int], end: Sequence[int], step: Sequence[int]
    ) -> int:
        """x[begin : end : step] along each axis, within the tensor."""
        ranges = zip(begin, end, step, strict=True)
        shape = [len(range(*limits)) for limits in ranges]
        return self.moved(x, "STRIDED_SLICE", shape, begin, end, step)

    def like_constant(self, x: int, shape: Sequence[int]) -> int:
        """A constant with the quantization of another tensor."""
        values = self.rng.integers(-128, 128, tuple(shape))
        return self.constant(values, self.scale(x), self.zero_point(x))
