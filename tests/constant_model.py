"""Random models with many constant channels in front of windows that read across borders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from random_model import RandomModel


class ConstantModel(RandomModel):
    """Half of the filters are zeros: their outputs are constants, mostly not the zero point."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__(seed)
        self.largest = int(self.rng.choice([2, 9, 40, 127]))
        self.spread = int(self.rng.choice([3000, 15000, 60000]))

    def _weights(self, shape: Sequence[int], axis: int | None) -> int:
        values = self.rng.integers(-self.largest, self.largest + 1, tuple(shape))
        if shape[0] > 1:
            values[self.rng.random(shape[0]) < 0.5] = 0
        scales = self.rng.uniform(0.002, 0.02, 1 if axis is None else shape[axis])
        return self.constant(values, [float(s) for s in scales], axis=axis or 0)

    def _bias(self, x: int, weights: int, channels: int) -> int:
        scales = self.graph.tensors[weights].quantization.scale
        bias = self.rng.integers(-self.spread, self.spread + 1, channels)
        return self.constant(bias, [self.scale(x) * float(s) for s in scales], dtype="int32")


@st.composite
def constant_graphs(draw: Any) -> bytes:
    """A few images, each with one reader or more: convolutions, and what keeps their channels."""
    b = ConstantModel(draw(st.integers(0, 1 << 16)))
    x = b.input((1, draw(st.integers(3, 7)), draw(st.integers(3, 7)), draw(st.integers(1, 3))))
    y, ends = b.conv_2d(x, draw(st.integers(2, 9)), activation=draw(_ACTIVATIONS)), list[int]()
    for _ in range(draw(st.integers(1, 2))):
        y = draw(st.sampled_from(_BETWEEN))(b, y)
        made = [_windowed(draw, b, y) for _ in range(draw(st.integers(1, 3)))]
        if draw(st.integers(0, 4)) == 0:
            same = b.shape(y)[:3] == b.shape(x)[:3]
            side = b.conv_2d(x, b.shape(y)[3], (1, 1)) if same else y
            made.append(b.add(y, side))
        y, *others = made
        ends += others
    return b.build([x], [y, *ends])


_ACTIVATIONS = st.sampled_from(["NONE", "RELU", "RELU6"])
_BETWEEN = (
    lambda b, y: y,
    lambda b, y: y,
    lambda b, y: b.max_pool_2d(y, kernel=(1, 2), stride=(1, 1), padding="SAME"),
    lambda b, y: b.relu(y),
    lambda b, y: b.add(y, y),
)


def _windowed(draw: Any, b: RandomModel, y: int) -> int:
    """A convolution whose windows may reach beyond the image."""
    _, height, width, _ = b.shape(y)
    kernel = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    dilation = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    extent = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    fits = extent[0] <= height and extent[1] <= width
    padding = draw(st.sampled_from(["SAME", "SAME", "VALID"])) if fits else "SAME"
    stride = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    if min(dilation) > 1:
        stride = 1, 1
    return b.conv_2d(
        y,
        draw(st.integers(1, 7)),
        kernel,
        stride,
        dilation if stride == (1, 1) else (1, 1),
        padding=padding,
        activation=draw(_ACTIVATIONS),
        per_channel=draw(st.booleans()),
    )
