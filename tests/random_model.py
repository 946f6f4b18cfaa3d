"""Writes .tflite models for tests, layer by layer, with random weights.

Output shapes are those that TensorFlow Lite computes, and the quantization of outputs is such
that their values spread over int8. For anything else there is `model_builder`.

    b = RandomModel(seed=1)
    x = b.input((1, 8, 8, 3))
    y = b.softmax(b.fully_connected(b.conv_2d(x, 4), 10))
    data = b.build([x], [y])
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from model_builder import ModelBuilder

Pair = tuple[int, int]


class RandomModel(ModelBuilder):
    """Whole layers with random weights from `seed`; every method returns the output's number.

    Activations are int8, images NHWC. Layers that may not change quantization keep it.
    """

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        self.rng = np.random.default_rng(seed)

    def shape(self, tensor: int) -> tuple[int, ...]:
        """The shape of a tensor."""
        return tuple(self.graph.tensors[tensor].shape)

    def scale(self, tensor: int) -> float:
        """The scale of a tensor that is quantized as a whole."""
        return float(self.graph.tensors[tensor].quantization.scale[0])

    def zero_point(self, tensor: int) -> int:
        """The zero point of a tensor that is quantized as a whole."""
        return int(self.graph.tensors[tensor].quantization.zeroPoint[0])

    def input(self, shape: Sequence[int], scale: float = 0.05, zero_point: int = -7) -> int:
        """An int8 activation that no layer has made."""
        return self.tensor(shape, scale, zero_point)

    def conv_2d(
        self,
        x: int,
        channels: int,
        kernel: Pair = (3, 3),
        stride: Pair = (1, 1),
        dilation: Pair = (1, 1),
        *,
        padding: str = "SAME",
        activation: str = "NONE",
        groups: int = 1,
        bias: bool = True,
        per_channel: bool = True,
    ) -> int:
        """2-D convolution; `kernel`, `stride` and `dilation` are (height, width)."""
        depth = self.shape(x)[3] // groups
        weights = self._weights((channels, *kernel, depth), 0 if per_channel else None)
        image = self._image(x, channels, kernel, stride, dilation, padding)
        y = self._activation(image, self._spread(x, weights, kernel[0] * kernel[1] * depth))
        self.operator(
            "CONV_2D",
            [x, weights, *([self._bias(x, weights, channels)] if bias else [])],
            [y],
            fused_activation_function=activation,
            **_window_options(stride, dilation, padding),
        )
        return y

    def depthwise_conv_2d(
        self,
        x: int,
        multiplier: int = 1,
        kernel: Pair = (3, 3),
        stride: Pair = (1, 1),
        dilation: Pair = (1, 1),
        *,
        padding: str = "SAME",
        activation: str = "NONE",
        bias: bool = True,
        per_channel: bool = True,
    ) -> int:
        """Depthwise 2-D convolution with `multiplier` outputs for each input channel."""
        channels = self.shape(x)[3] * multiplier
        weights = self._weights((1, *kernel, channels), 3 if per_channel else None)
        image = self._image(x, channels, kernel, stride, dilation, padding)
        y = self._activation(image, self._spread(x, weights, kernel[0] * kernel[1]))
        self.operator(
            "DEPTHWISE_CONV_2D",
            [x, weights, *([self._bias(x, weights, channels)] if bias else [])],
            [y],
            fused_activation_function=activation,
            depth_multiplier=multiplier,
            **_window_options(stride, dilation, padding),
        )
        return y

    def transpose_conv(
        self,
        x: int,
        channels: int,
        kernel: Pair = (2, 2),
        stride: Pair = (2, 2),
        activation: str = "NONE",
    ) -> int:
        """Transposed 2-D convolution that multiplies an image's size by the stride."""
        batch, height, width, depth = self.shape(x)
        weights = self._weights((channels, *kernel, depth), 0)
        image = batch, height * stride[0], width * stride[1], channels
        y = self._activation(image, self._spread(x, weights, kernel[0] * kernel[1] * depth))
        self.operator(
            "TRANSPOSE_CONV",
            [self.integers(image), weights, x, self._bias(x, weights, channels)],
            [y],
            fused_activation_function=activation,
            padding="SAME",
            stride_h=stride[0],
            stride_w=stride[1],
        )
        return y

    def fully_connected(
        self,
        x: int,
        units: int,
        *,
        activation: str = "NONE",
        bias: bool = True,
        per_channel: bool = False,
        keep_num_dims: bool = False,
    ) -> int:
        """Dense layer over the last axis, or over everything but the batch of a flat output."""
        shape = self.shape(x)
        depth = shape[-1] if keep_num_dims else int(np.prod(shape[1:]))
        weights = self._weights((units, depth), 0 if per_channel else None)
        out = (*shape[:-1], units) if keep_num_dims else (shape[0], units)
        y = self._activation(out, self._spread(x, weights, depth))
        self.operator(
            "FULLY_CONNECTED",
            [x, weights, self._bias(x, weights, units) if bias else -1],
            [y],
            fused_activation_function=activation,
            keep_num_dims=keep_num_dims,
        )
        return y

    def average_pool_2d(self, x: int, **window: Any) -> int:
        """Average pooling; `window` as for `max_pool_2d`."""
        return self._pool("AVERAGE_POOL_2D", x, **window)

    def max_pool_2d(self, x: int, **window: Any) -> int:
        """Maximum pooling; `window`: kernel=(2, 2), stride=(2, 2), padding, activation."""
        return self._pool("MAX_POOL_2D", x, **window)

    def _pool(
        self,
        builtin: str,
        x: int,
        kernel: Pair = (2, 2),
        stride: Pair = (2, 2),
        padding: str = "VALID",
        activation: str = "NONE",
    ) -> int:
        image = self._image(x, self.shape(x)[3], kernel, stride, (1, 1), padding)
        y = self.like(x, image)
        self.operator(
            builtin,
            [x],
            [y],
            padding=padding,
            filter_height=kernel[0],
            filter_width=kernel[1],
            stride_h=stride[0],
            stride_w=stride[1],
            fused_activation_function=activation,
        )
        return y

    def add(self, a: int, b: int, activation: str = "NONE", builtin: str = "ADD") -> int:
        """a + b, broadcast as NumPy does; SUB is a - b."""
        y = self._activation(self._broadcast(a, b), self.scale(a) + self.scale(b))
        self.operator(builtin, [a, b], [y], fused_activation_function=activation)
        return y

    def maximum(self, a: int, b: int) -> int:
        """The greater of two operands that have the same quantization."""
        y = self.like(a, self._broadcast(a, b))
        self.operator("MAXIMUM", [a, b], [y])
        return y

    def mul(self, a: int, b: int, activation: str = "NONE") -> int:
        """a * b, broadcast as NumPy does."""
        y = self._activation(self._broadcast(a, b), self.scale(a) * self.scale(b) * 40)
        self.operator("MUL", [a, b], [y], fused_activation_function=activation)
        return y

    def mean(self, x: int, axes: Sequence[int] = (1, 2), keep_dims: bool = False) -> int:
        """Mean over some axes."""
        return self.reduce("MEAN", x, axes, keep_dims)

    def reduce(self, builtin: str, x: int, axes: Sequence[int], keep_dims: bool = False) -> int:
        """MEAN, SUM, REDUCE_MAX or REDUCE_MIN; the extremes keep the quantization."""
        shape = self.shape(x)
        dropped = {a % len(shape) for a in axes}
        out = [1 if i in dropped else n for i, n in enumerate(shape)]
        if not keep_dims:
            out = [n for i, n in enumerate(shape) if i not in dropped]
        y = self._activation(out, self.scale(x) / 2)
        if builtin.startswith("REDUCE"):
            y = self.like(x, out)
        self.operator(builtin, [x, self.integers(axes)], [y], keep_dims=keep_dims)
        return y

    def pad(self, x: int, pads: Sequence[Pair], builtin: str = "PAD", **options: Any) -> int:
        """Zeros before and after each axis, or a MIRROR_PAD."""
        shape = [before + n + after for n, (before, after) in zip(self.shape(x), pads, strict=True)]
        y = self.like(x, shape)
        self.operator(builtin, [x, self.integers(pads)], [y], **options)
        return y

    def resize(self, x: int, size: Pair, kind: str = "NEAREST_NEIGHBOR", **options: Any) -> int:
        """An image of another (height, width); the kind may be BILINEAR."""
        y = self.like(x, (1, *size, self.shape(x)[3]))
        self.operator(f"RESIZE_{kind}", [x, self.integers(size)], [y], **options)
        return y

    def softmax(self, x: int, beta: float = 1.0) -> int:
        """Softmax over the last axis."""
        y = self.tensor(self.shape(x), 1 / 256, -128)
        self.operator("SOFTMAX", [x], [y], beta=beta)
        return y

    def reshape(self, x: int, shape: Sequence[int]) -> int:
        """The same bytes in another shape, without -1."""
        y = self.like(x, shape)
        self.operator("RESHAPE", [x, self.integers(shape)], [y], new_shape=list(shape))
        return y

    def transpose(self, x: int, permutation: Sequence[int]) -> int:
        """Axes in another order."""
        y = self.like(x, [self.shape(x)[p] for p in permutation])
        self.operator("TRANSPOSE", [x, self.integers(permutation)], [y])
        return y

    def quantize(self, x: int, scale: float, zero_point: int = 0) -> int:
        """To int8 with this quantization, from float32 or another int8."""
        y = self.tensor(self.shape(x), scale, zero_point)
        self.operator("QUANTIZE", [x], [y])
        return y

    def dequantize(self, x: int) -> int:
        """To float32."""
        y = self.tensor(self.shape(x), dtype="float32")
        self.operator("DEQUANTIZE", [x], [y])
        return y

    def relu(self, x: int, builtin: str = "RELU") -> int:
        """max(x, 0), with a quantization of its own; RELU6 stops at 6."""
        y = self._activation(self.shape(x), self.scale(x) * 0.75)
        self.operator(builtin, [x], [y])
        return y

    def prelu(self, x: int, slopes: int) -> int:
        """x, and x times a slope where x is negative."""
        y = self._activation(self.shape(x), self.scale(x))
        self.operator("PRELU", [x, slopes], [y])
        return y

    def relu6(self, x: int) -> int:
        """x limited to 0 to 6."""
        return self.relu(x, "RELU6")

    def integers(self, values: Any) -> int:
        """A constant of int32 parameters."""
        return self.constant(values, dtype="int32")

    def _activation(self, shape: Sequence[int], scale: float) -> int:
        return self.tensor(shape, scale, int(self.rng.integers(-40, 41)))

    def like(self, x: int, shape: Sequence[int]) -> int:
        """A tensor with the quantization of another one."""
        return self.tensor(shape, self.scale(x), self.zero_point(x))

    def _broadcast(self, a: int, b: int) -> tuple[int, ...]:
        return np.broadcast_shapes(self.shape(a), self.shape(b))

    def _weights(self, shape: Sequence[int], axis: int | None) -> int:
        """int8 weights, quantized along `axis` or as a whole."""
        values = self.rng.integers(-127, 128, tuple(shape))
        scales = self.rng.uniform(0.002, 0.02, 1 if axis is None else shape[axis])
        return self.constant(values, [float(s) for s in scales], axis=axis or 0)

    def _bias(self, x: int, weights: int, channels: int) -> int:
        scales = self.graph.tensors[weights].quantization.scale
        bias = self.rng.integers(-3000, 3001, channels)
        return self.constant(bias, [self.scale(x) * float(s) for s in scales], dtype="int32")

    def _spread(self, x: int, weights: int, depth: int) -> float:
        """A scale with which sums of `depth` random products spread over int8."""
        scale = self.scale(x) * float(np.mean(self.graph.tensors[weights].quantization.scale))
        return scale * math.sqrt(depth) * 74 * 40 / 50  # deviations of weight, input, output

    def _image(
        self, x: int, channels: int, kernel: Pair, stride: Pair, dilation: Pair, padding: str
    ) -> tuple[int, int, int, int]:
        """The shape that a window sliding over an image gives."""
        batch, *size, _ = self.shape(x)
        extent = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
        if padding == "SAME":
            extent = [1, 1]
        height, width = ((n - e) // s + 1 for n, e, s in zip(size, extent, stride, strict=True))
        return batch, height, width, channels


def _window_options(stride: Pair, dilation: Pair, padding: str) -> dict[str, Any]:
    return {
        "padding": padding,
        "stride_h": stride[0],
        "stride_w": stride[1],
        "dilation_h_factor": dilation[0],
        "dilation_w_factor": dilation[1],
    }
