"""Random models as pruning and quantization leave them: dead, constant and equal channels.

b = SparseModel(seed=1)
x = b.input((1, 8, 8, 3))
data = b.build([x], [b.conv_2d(b.conv_2d(x, 6, activation="RELU"), 4)])
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st
from random_model import RandomModel


class SparseModel(RandomModel):
    """Layers with filters of zeros, unread inputs, copies of filters, and sums beyond the clamp."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__(seed)
        self.copies: dict[int, np.ndarray[Any, np.dtype[np.int64]]] = {}
        self.largest = int(self.rng.choice([20, 60, 127]))

    def _weights(self, shape: Sequence[int], axis: int | None) -> int:
        depthwise = len(shape) == 4 and shape[0] == 1
        outputs = 3 if depthwise else 0
        values = self.rng.integers(-self.largest, self.largest + 1, tuple(shape))
        if not depthwise:
            values[..., self.rng.random(shape[-1]) < 0.2] = 0
        rows = np.moveaxis(values, outputs, 0)
        rows[self.rng.random(len(rows)) < 0.2] = 0
        copies = np.arange(len(rows))
        again = self.rng.random(len(rows)) < 0.3
        copies[again] = self.rng.integers(0, len(rows), again.sum())
        copies = copies[copies]
        rows[:] = rows[copies]
        scales = self.rng.uniform(0.002, 0.02, 1 if axis is None else len(rows))
        scales = scales if axis is None else scales[copies]
        weights = self.constant(values, [float(s) for s in scales], axis=axis or 0)
        self.copies[weights] = copies
        return weights

    def _bias(self, x: int, weights: int, channels: int) -> int:
        scales = self.graph.tensors[weights].quantization.scale
        bias = self.rng.integers(-3000, 3001, channels)
        stuck = self.rng.random(channels) < 0.15
        bias[stuck] = self.rng.choice([-1_000_000, 1_000_000], stuck.sum())
        bias = bias[self.copies[weights]]
        return self.constant(bias, [self.scale(x) * float(s) for s in scales], dtype="int32")


@st.composite
def sparse_graphs(draw: Any) -> bytes:
    """Convolutions with what may stand between them, residual sums, and a classifier."""
    b = SparseModel(draw(st.integers(0, 1 << 16)))
    x = b.input((1, draw(st.integers(1, 7)), draw(st.integers(1, 7)), draw(st.integers(1, 3))))
    images = [x]
    for _ in range(draw(st.integers(1, 6))):
        source = draw(st.sampled_from([images[-1], images[-1], *images]))
        images.append(_layer(draw, b, source, images))
    outputs = [draw(st.sampled_from(TAILS))(b, images[-1])]
    read = {t for operator in b.graph.operators for t in operator.inputs}
    outputs += [t for t in images[1:] if t not in read and t not in outputs]
    return b.build([x], outputs)


def _layer(draw: Any, b: SparseModel, x: int, images: list[int]) -> int:
    """One more image from another."""
    _, height, width, channels = b.shape(x)
    size = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    fits = size[0] <= height and size[1] <= width
    padding = draw(st.sampled_from(["SAME", "VALID"])) if fits else "SAME"
    stride = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    window = {"kernel": size, "stride": stride, "padding": padding}
    options = {"activation": draw(st.sampled_from(["NONE", "RELU", "RELU6"])), **window,
               "bias": draw(st.integers(0, 4)) > 0, "per_channel": draw(st.booleans())}  # fmt: skip
    kind = draw(st.sampled_from(["conv", "conv", "conv", "depthwise", "depthwise", "other"]))
    if kind == "conv":
        groups = channels if draw(st.integers(0, 5)) == 0 else 1
        made = draw(st.sampled_from([channels, 2, 5, 8])) // groups * groups or groups
        return b.conv_2d(x, made, groups=groups, **options)
    if kind == "depthwise" and channels < 12:
        return b.depthwise_conv_2d(x, draw(st.sampled_from([1, 1, 2])), **options)
    equal = [t for t in images if b.shape(t) == b.shape(x)]
    by_channel = b.constant(b.rng.integers(-9, 9, channels) // 4, 0.1, -1)
    by_pixel = b.constant(b.rng.integers(-99, 99, (height, width, 1)), 0.1, 4)
    extreme = draw(st.sampled_from(("REDUCE_MAX", "REDUCE_MIN")))
    others = [
        lambda: b.add(x, draw(st.sampled_from(equal)), options["activation"]),
        lambda: b.mul(x, draw(st.sampled_from(equal))),
        lambda: b.mul(by_channel, x),
        lambda: b.add(x, by_pixel),
        lambda: b.max_pool_2d(x, **window),
        lambda: b.average_pool_2d(x, **window),
        lambda: b.relu(x),
        lambda: b.pad(x, ((0, 0), (1, 0), (0, 2), (0, draw(st.integers(0, 1))))),
        lambda: b.transpose(x, draw(st.sampled_from([(0, 2, 1, 3), (0, 3, 2, 1)]))),
        lambda: b.reshape(x, draw(st.sampled_from([(1, width, height, channels),
                                                   (1, 1, height, width * channels)]))),
        lambda: b.quantize(b.dequantize(x), 0.06, 3),
        lambda: b.mul(x, b.mean(x, (1, 2), keep_dims=True)),
        lambda: _joined(b, [x, draw(st.sampled_from(equal))], draw(st.sampled_from([1, 3, 3]))),
        lambda: b.add(x, b.reduce(extreme, x, (1, 2), keep_dims=True)),
        lambda: b.pad(x, ((0, 0), (1, 0), (0, 1), (0, 0)), "MIRROR_PAD", mode="SYMMETRIC"),
        lambda: b.resize(x, (height, 4), draw(st.sampled_from(("NEAREST_NEIGHBOR", "BILINEAR")))),
    ]  # fmt: skip
    return draw(st.sampled_from(others))()


def _joined(b: SparseModel, inputs: Sequence[int], axis: int) -> int:
    """Tensors one behind the other, by the scale of one that is quantized anew."""
    made = [b.quantize(x, 0.06, 3) for x in inputs]
    shape = list(b.shape(made[0]))
    shape[axis] *= len(made)
    y = b.tensor(shape, 0.06, 3)
    b.operator("CONCATENATION", made, [y], axis=axis)
    return y


def _flat(b: SparseModel, x: int) -> int:
    return b.reshape(x, (1, int(np.prod(b.shape(x)))))


TAILS = (
    lambda b, x: x,
    lambda b, x: b.conv_2d(x, 3, (1, 1)),
    lambda b, x: b.fully_connected(b.mean(x), 4),
    lambda b, x: b.fully_connected(b.fully_connected(_flat(b, x), 6, per_channel=True), 3),
    lambda b, x: b.softmax(b.fully_connected(b.relu(b.fully_connected(x, 5)), 3)),
    lambda b, x: b.fully_connected(x, 4, keep_num_dims=True, per_channel=True),
    lambda b, x: b.mean(x, (3,)),
)
